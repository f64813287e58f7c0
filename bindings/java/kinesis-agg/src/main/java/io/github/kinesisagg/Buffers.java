package io.github.kinesisagg;

import java.nio.ByteBuffer;

/** Buffers outside of the heap that grow. */
final class Buffers {
    private static final int LEAST = 1 << 12;

    /** The largest that Java has. */
    private static final long MOST = Integer.MAX_VALUE - 8;

    private Buffers() {}

    /** The same buffer, or a larger one: empty, and with room for so many bytes. */
    static ByteBuffer withRoom(ByteBuffer buffer, long bytes) {
        if (bytes <= buffer.capacity()) {
            buffer.clear();
            return buffer;
        }
        if (bytes > MOST) {
            throw new KinesisAggException(Status.ERR_LENGTH, -1, -1, bytes, MOST, "");
        }
        // Half as much again: growing a little each time stays cheap.
        long more = Math.min(Math.max(bytes + bytes / 2, LEAST), MOST);
        return ByteBuffer.allocateDirect((int) more);
    }
}
