package io.github.kinesisagg;

import java.nio.ByteBuffer;

/**
 * Packs user records into aggregates, one after the other.
 *
 * <p>It does not look where they belong: for readers that ignore shards, as Lambda does, or for user
 * records of one shard. Else take a {@link ShardedAggregator}.
 */
public final class Aggregator extends Packer {
    /** With the default options. */
    public Aggregator() {
        this(Options.DEFAULT);
    }

    /**
     * With these options.
     *
     * @throws KinesisAggException with {@link Status#ERR_OPTION}
     */
    public Aggregator(Options options) {
        super(Native.newPacker(
                -1,
                null,
                0,
                options.maxSize,
                options.maxCount,
                options.kplPartitionKey,
                options.outerHashKey,
                options.frameSingles,
                0,
                0));
    }

    /**
     * Adds a user record, and tells whether full aggregates wait to be sealed: at once, or later and
     * together, which is cheaper.
     *
     * @throws KinesisAggException when it is refused; nothing has changed then
     */
    public boolean push(String partitionKey, byte[] data) {
        return push(partitionKey, ByteBuffer.wrap(data), null, NO_TIME);
    }

    /** The same with an explicit hash key in decimal digits; null is none. */
    public boolean push(String partitionKey, byte[] data, String explicitHashKey) {
        return push(partitionKey, ByteBuffer.wrap(data), explicitHashKey, NO_TIME);
    }

    /** The same with all that a user record may have. */
    public boolean push(NewUserRecord record) {
        return push(record, NO_TIME);
    }

    /**
     * Adds a user record if the open aggregate has room for it, and tells whether it had. An empty one
     * has room, or refuses it for good.
     *
     * @throws KinesisAggException when it is refused; nothing has changed then
     */
    public boolean offer(String partitionKey, byte[] data, String explicitHashKey) {
        return offered(partitionKey, ByteBuffer.wrap(data), explicitHashKey);
    }

    /** Adds many, in their order. What is refused keeps none of the others out. */
    public PushedMany pushMany(Iterable<NewUserRecord> records) {
        return pushMany(records, NO_TIME);
    }

    /** The size of the open aggregate as a Kinesis record, in bytes; 0 when it is empty. */
    public long size() {
        return openSize();
    }

    /** The size that it would have with this user record in it, exact to the byte. */
    public long sizeWith(NewUserRecord record) {
        return sizeAfter(record);
    }

    /** User records in the open aggregate. */
    public long openUserRecordCount() {
        return counts()[1];
    }
}
