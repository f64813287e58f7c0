package io.github.kinesisagg;

import java.util.Objects;

/** A shard, as {@code ListShards} tells of it. */
public final class Shard {
    private final String id;
    private final HashKeyRange range;
    private final boolean isClosed;

    private Shard(String id, HashKeyRange range, boolean isClosed) {
        this.id = Objects.requireNonNull(id, "id");
        this.range = Objects.requireNonNull(range, "range");
        this.isClosed = isClosed;
    }

    /** An open shard. */
    public static Shard open(String id, HashKeyRange range) {
        return new Shard(id, range, false);
    }

    /** One that has an ending sequence number: known by name, it owns no hash keys any more. */
    public static Shard closed(String id, HashKeyRange range) {
        return new Shard(id, range, true);
    }

    /** Its identifier. */
    public String id() {
        return id;
    }

    /** The hash keys that it owns, or owned. */
    public HashKeyRange range() {
        return range;
    }

    /** Whether it is closed. */
    public boolean isClosed() {
        return isClosed;
    }

    @Override
    public String toString() {
        return id + ": " + range + (isClosed ? ", closed" : "");
    }
}
