package io.github.kinesisagg;

/** Limits of an aggregate, and the keys of the Kinesis record that carries it. Immutable. */
public final class Options {
    /** 1 MiB, any number of user records, and the keys of the first user record. */
    public static final Options DEFAULT = new Options(1 << 20, Long.MAX_VALUE, false, true, false, 4096, 64 << 20);

    final long maxSize;
    final long maxCount;
    final boolean kplPartitionKey;
    final boolean outerHashKey;
    final boolean frameSingles;
    final long maxOpen;
    final long maxOpenBytes;

    private Options(
            long maxSize,
            long maxCount,
            boolean kplPartitionKey,
            boolean outerHashKey,
            boolean frameSingles,
            long maxOpen,
            long maxOpenBytes) {
        this.maxSize = maxSize;
        this.maxCount = maxCount;
        this.kplPartitionKey = kplPartitionKey;
        this.outerHashKey = outerHashKey;
        this.frameSingles = frameSingles;
        this.maxOpen = maxOpen;
        this.maxOpenBytes = maxOpenBytes;
    }

    /** Bounds a Kinesis record, data and partition key, in bytes: at most 10 MiB. */
    public Options withMaxSize(long bytes) {
        return new Options(
                bytes, maxCount, kplPartitionKey, outerHashKey, frameSingles, maxOpen, maxOpenBytes);
    }

    /** Bounds the user records of an aggregate. */
    public Options withMaxCount(long userRecords) {
        return new Options(
                maxSize, userRecords, kplPartitionKey, outerHashKey, frameSingles, maxOpen, maxOpenBytes);
    }

    /** Sends aggregates with the partition key "a", as the KPL does; else with that of the first user record. */
    public Options withKplPartitionKey() {
        return new Options(maxSize, maxCount, true, outerHashKey, frameSingles, maxOpen, maxOpenBytes);
    }

    /** Sends aggregates without explicit hash key. Only without grouping. */
    public Options withoutOuterHashKey() {
        return new Options(maxSize, maxCount, kplPartitionKey, false, frameSingles, maxOpen, maxOpenBytes);
    }

    /** Puts a single user record into a frame, too; else it leaves as it is. */
    public Options withFramedSingles() {
        return new Options(maxSize, maxCount, kplPartitionKey, outerHashKey, true, maxOpen, maxOpenBytes);
    }

    /**
     * Bounds the open aggregates of a {@link ShardedAggregator}, and the bytes of memory that they
     * take together. Beyond, the one opened first is full.
     */
    public Options withMaxOpen(long aggregates, long bytes) {
        return new Options(maxSize, maxCount, kplPartitionKey, outerHashKey, frameSingles, aggregates, bytes);
    }
}
