package io.github.kinesisagg;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The shards of a stream at one time. Several threads may use one. */
public final class ShardMap implements AutoCloseable {
    private final List<Shard> shards;
    private final Handle handle;

    /**
     * A map of shards in any order. Those that are open own each hash key once.
     *
     * @throws KinesisAggException with {@link Status#ERR_SHARD_GAP} or {@link
     *     Status#ERR_SHARD_OVERLAP}
     */
    public ShardMap(List<Shard> shards) {
        this.shards = List.copyOf(shards);
        this.handle = new Handle(this, Native.newShardMap(encoded(this.shards)), Native::freeShardMap);
    }

    /** As {@code shard_map.rs} reads it. */
    private static byte[] encoded(List<Shard> shards) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Shard shard : shards) {
            byte[] id = Text.utf8(shard.id());
            out.write(shard.isClosed() ? 1 : 0);
            out.writeBytes(shard.range().bytes());
            out.writeBytes(ByteBuffer.allocate(4).putInt(id.length).array());
            out.writeBytes(id);
        }
        return out.toByteArray();
    }

    /** The shards that it was made of. */
    public List<Shard> shards() {
        return shards;
    }

    /** The identifier of the open shard where a user record with this partition key lands. */
    public String predict(String partitionKey) {
        return predict(partitionKey, null);
    }

    /** The same with an explicit hash key in decimal digits; null is none. */
    public synchronized String predict(String partitionKey, String explicitHashKey) {
        byte[] explicit = explicitHashKey == null ? null : Text.utf8(explicitHashKey);
        byte[] id = Native.predict(handle.number(), Text.utf8(partitionKey), explicit);
        return new String(id, StandardCharsets.UTF_8);
    }

    /** Whether a record counts as delivered, now that the service has answered that it lies in this shard. */
    public synchronized Judgement judge(String shardId, AggregatedRecord record) {
        return Judgement.values()[Native.judge(handle.number(), Text.utf8(shardId), record.head())];
    }

    /** Calls with the handle, which stays open meanwhile. */
    synchronized <R> R withHandle(HandleFunction<R> call) {
        return call.apply(handle.number());
    }

    interface HandleFunction<R> {
        R apply(long handle);
    }

    /** Gives the core's memory back. Closing twice is fine; aggregators have a copy. */
    @Override
    public synchronized void close() {
        handle.close();
    }

    @Override
    public String toString() {
        return "ShardMap of " + shards.size() + " shards";
    }
}
