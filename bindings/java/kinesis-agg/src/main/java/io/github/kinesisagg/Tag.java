package io.github.kinesisagg;

import java.util.Objects;

/** A tag of a user record. */
public final class Tag {
    private final String key;
    private final String value;

    /** A tag; the value may be null. */
    public Tag(String key, String value) {
        this.key = Objects.requireNonNull(key, "key");
        this.value = value;
    }

    /** The key. */
    public String key() {
        return key;
    }

    /** The value, or null. */
    public String value() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tag
                && key.equals(((Tag) other).key)
                && Objects.equals(value, ((Tag) other).value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, value);
    }

    @Override
    public String toString() {
        return key + "=" + value;
    }
}
