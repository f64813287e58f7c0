package io.github.kinesisagg;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/** A user record to be packed. Its data is read when it is pushed, and copied then. */
public final class NewUserRecord {
    private final String partitionKey;
    private final ByteBuffer data;
    private final String explicitHashKey;
    private final List<Tag> tags;

    private NewUserRecord(String partitionKey, ByteBuffer data, String explicitHashKey, List<Tag> tags) {
        this.partitionKey = Objects.requireNonNull(partitionKey, "partitionKey");
        this.data = Objects.requireNonNull(data, "data");
        this.explicitHashKey = explicitHashKey;
        this.tags = tags;
    }

    /** A user record; the partition key has 1 to 256 characters. */
    public static NewUserRecord of(String partitionKey, byte[] data) {
        return of(partitionKey, ByteBuffer.wrap(Objects.requireNonNull(data, "data")));
    }

    /** The same with data from its position to its limit. */
    public static NewUserRecord of(String partitionKey, ByteBuffer data) {
        return new NewUserRecord(partitionKey, data.slice(), null, List.of());
    }

    /** What was read, to be packed again. */
    public static NewUserRecord of(UserRecord read) {
        return new NewUserRecord(read.partitionKey(), read.data(), read.explicitHashKey(), read.tags());
    }

    /** The same with an explicit hash key in decimal digits; null is none. */
    public NewUserRecord withExplicitHashKey(String explicitHashKey) {
        return new NewUserRecord(partitionKey, data, explicitHashKey, tags);
    }

    /** The same with tags. */
    public NewUserRecord withTags(List<Tag> tags) {
        return new NewUserRecord(partitionKey, data, explicitHashKey, List.copyOf(tags));
    }

    /** The partition key. */
    public String partitionKey() {
        return partitionKey;
    }

    /** The explicit hash key, or null. */
    public String explicitHashKey() {
        return explicitHashKey;
    }

    /** The data, read-only. */
    public ByteBuffer data() {
        return data.asReadOnlyBuffer();
    }

    /** The tags. */
    public List<Tag> tags() {
        return tags;
    }
}
