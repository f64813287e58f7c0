package io.github.kinesisagg;

import java.nio.ByteBuffer;

/**
 * The native methods. Handles are numbers in a table of the library: a wrong one is an exception.
 * What each means stands with the functions of the same name in {@code bindings/java/src}.
 */
final class Native {
    static {
        NativeLibrary.load();
    }

    private Native() {}

    static native int interfaceNumber();

    static native long newDeaggregator(byte[] range, int policy);

    static native void freeDeaggregator(long handle);

    static native Object[] read(long handle, ByteBuffer joined, int[] lengths);

    static native long newShardMap(byte[] shards);

    static native void freeShardMap(long handle);

    static native byte[] predict(long handle, byte[] partitionKey, byte[] explicitHashKey);

    static native int judge(long handle, byte[] shardId, byte[] head);

    static native byte[] hashKey(byte[] partitionKey);

    static native long newPacker(
            int grouping,
            byte[] pin,
            long shardMap,
            long maxSize,
            long maxCount,
            boolean kplPartitionKey,
            boolean outerHashKey,
            boolean frameSingles,
            long maxOpen,
            long maxOpenBytes);

    static native void freePacker(long handle);

    /** Panics inside, so that tests see what a fault of the core does. */
    static native void fault(long handle);

    static native boolean push(
            long handle, ByteBuffer buffer, int partitionKey, int explicitHashKey, int data, long time);

    static native long offer(
            long handle, ByteBuffer buffer, int partitionKey, int explicitHashKey, int data);

    static native long[] pushMany(long handle, ByteBuffer buffer, int[] lengths, long time);

    static native long sizeAfter(long handle, ByteBuffer buffer, int[] lengths);

    static native long[] counts(long handle);

    static native Object[] seal(long handle, int ends, long time);

    static native int judgePacked(long handle, byte[] shardId, byte[] head);

    static native Object[] updateShardMap(long handle, long shardMap, Object[] unsent);
}
