package io.github.kinesisagg;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Packs user records of one stream into aggregates, grouped so that no reader loses any: a KCL reader
 * drops an aggregate whole when one user record in it belongs to another shard.
 */
public final class ShardedAggregator extends Packer {
    /** Groups by {@link Grouping#HASH_KEY}, with the default options. */
    public ShardedAggregator() {
        this(Grouping.HASH_KEY, null, Options.DEFAULT);
    }

    /** With the default options; the map, which is copied, may be null where the grouping needs none. */
    public ShardedAggregator(Grouping grouping, ShardMap shardMap) {
        this(grouping, shardMap, Options.DEFAULT);
    }

    /**
     * With these options.
     *
     * @throws KinesisAggException with {@link Status#ERR_GROUPING}, {@link Status#ERR_OPTION} or {@link
     *     Status#ERR_OUTER_HASH_KEY}
     */
    public ShardedAggregator(Grouping grouping, ShardMap shardMap, Options options) {
        super(
                shardMap == null
                        ? open(grouping, null, 0, options)
                        : shardMap.withHandle(map -> open(grouping, null, map, options)));
    }

    private ShardedAggregator(long handle) {
        super(handle);
    }

    /** One that gives all user records without explicit hash key this one: they land in its shard. */
    public static ShardedAggregator pinnedTo(BigInteger hashKey, Options options) {
        byte[] pin = new byte[16];
        HashKeys.put(HashKeys.checked(hashKey), pin, 0);
        return new ShardedAggregator(open(Grouping.PINNED, pin, 0, options));
    }

    private static long open(Grouping grouping, byte[] pin, long shardMap, Options options) {
        return Native.newPacker(
                grouping.ordinal(),
                pin,
                shardMap,
                options.maxSize,
                options.maxCount,
                options.kplPartitionKey,
                options.outerHashKey,
                options.frameSingles,
                options.maxOpen,
                options.maxOpenBytes);
    }

    /**
     * Adds a user record to the open aggregate of its group, and tells whether full aggregates wait to
     * be sealed.
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
     * The same for one that came at this time, so that {@link #finishArrivedBefore} can bound how long
     * it waits. The clock and its unit are the caller's; not negative.
     */
    public boolean pushAt(NewUserRecord record, long time) {
        return push(record, checkedTime(time));
    }

    /** Adds many, in their order. What is refused keeps none of the others out. */
    public PushedMany pushMany(Iterable<NewUserRecord> records) {
        return pushMany(records, NO_TIME);
    }

    /** The same for many that came at this time. */
    public PushedMany pushManyAt(Iterable<NewUserRecord> records, long time) {
        return pushMany(records, checkedTime(time));
    }

    /** Hands out what is full, and the open aggregates whose first user record came before this time. */
    public List<AggregatedRecord> finishArrivedBefore(long time) {
        return seal(2, checkedTime(time));
    }

    private static long checkedTime(long time) {
        if (time < 0) {
            throw new IllegalArgumentException("a time is no negative number: " + time);
        }
        return time;
    }

    /**
     * Whether a record of this aggregator counts as delivered, now that the service has answered that it
     * lies in this shard.
     */
    public synchronized Judgement judge(String shardId, AggregatedRecord record) {
        return Judgement.values()[Native.judgePacked(handle(), Text.utf8(shardId), record.head())];
    }

    /**
     * Goes on with other shards; the map is copied.
     *
     * @param unsent records of this aggregator that wait to be sent, or are to be sent again, in the
     *     order of sending
     * @return what takes their place: cut where one reached beyond a shard of the new map, and behind
     *     them the full ones that wait here, and pieces of open aggregates
     */
    public List<AggregatedRecord> updateShardMap(ShardMap shardMap, List<AggregatedRecord> unsent) {
        Object[] pairs = AggregatedRecord.pairs(unsent);
        return shardMap.withHandle(map -> update(map, pairs));
    }

    private synchronized List<AggregatedRecord> update(long shardMap, Object[] unsent) {
        return AggregatedRecord.listOf(Native.updateShardMap(handle(), shardMap, unsent));
    }
}
