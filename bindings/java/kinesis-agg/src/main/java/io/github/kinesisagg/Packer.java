package io.github.kinesisagg;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What both aggregators do. Several threads may use one: they wait for each other. */
abstract class Packer implements AutoCloseable {
    /** Bytes of user records that go to the core together: they stay in the cache. */
    private static final int TOGETHER = 1 << 19;

    /** User records of one length each: keys, data, tags. */
    private static final int LENGTHS = 4;

    static final long NO_TIME = -1;

    private final Handle handle;
    /** User records on their way to the core. */
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);
    /** The size of the open aggregate, or -1 when the core has to be asked. */
    private long size = 0;

    Packer(long handle) {
        this.handle = new Handle(this, handle, Native::freePacker);
    }

    final long handle() {
        return handle.number();
    }

    final boolean push(String partitionKey, ByteBuffer data, String explicitHashKey, long time) {
        byte[] key = Text.utf8(partitionKey);
        byte[] explicit = explicitHashKey == null ? null : Text.utf8(explicitHashKey);
        synchronized (this) {
            long number = handle.number();
            int length = put(key, explicit, data);
            size = -1;
            return Native.push(number, buffer, key.length, explicit == null ? -1 : explicit.length, length, time);
        }
    }

    final boolean offered(String partitionKey, ByteBuffer data, String explicitHashKey) {
        byte[] key = Text.utf8(partitionKey);
        byte[] explicit = explicitHashKey == null ? null : Text.utf8(explicitHashKey);
        synchronized (this) {
            long number = handle.number();
            int length = put(key, explicit, data);
            long offered =
                    Native.offer(number, buffer, key.length, explicit == null ? -1 : explicit.length, length);
            if (offered >= 0) {
                size = offered;
            }
            return offered >= 0;
        }
    }

    /** Puts a user record alone into the buffer; returns the length of its data. */
    private int put(byte[] key, byte[] explicit, ByteBuffer data) {
        int length = data.remaining();
        long bytes = (long) key.length + (explicit == null ? 0 : explicit.length) + length;
        buffer = Buffers.withRoom(buffer, bytes);
        buffer.put(key);
        if (explicit != null) {
            buffer.put(explicit);
        }
        // Of its own position: the caller's stays.
        buffer.put(data.duplicate());
        return length;
    }

    final boolean push(NewUserRecord record, long time) {
        if (record.tags().isEmpty()) {
            return push(record.partitionKey(), record.data(), record.explicitHashKey(), time);
        }
        PushedMany pushed = pushMany(List.of(record), time);
        if (!pushed.refused().isEmpty()) {
            throw pushed.refused().get(0);
        }
        return pushed.isFull();
    }

    final PushedMany pushMany(Iterable<NewUserRecord> records, long time) {
        // The caller's own code runs here, without the lock.
        List<Encoded> encoded = new ArrayList<>();
        List<KinesisAggException> refused = new ArrayList<>();
        int index = 0;
        for (NewUserRecord record : records) {
            try {
                encoded.add(new Encoded(index, record));
            } catch (KinesisAggException noText) {
                refused.add(refusal(noText.status(), index, 0, 0));
            }
            index++;
        }
        boolean isFull = pushEncoded(encoded, refused, time);
        refused.sort((one, other) -> one.recordIndex().getAsInt() - other.recordIndex().getAsInt());
        return new PushedMany(isFull, refused);
    }

    private synchronized boolean pushEncoded(List<Encoded> records, List<KinesisAggException> refused, long time) {
        boolean isFull = false;
        long number = handle.number();
        size = -1;
        for (int from = 0; from < records.size(); ) {
            int behind = behindThoseTogether(records, from);
            List<Encoded> together = records.subList(from, behind);
            int[] lengths = putAll(together);
            long[] told = Native.pushMany(number, buffer, lengths, time);
            isFull |= told[0] == 1;
            for (int at = 1; at < told.length; at += 4) {
                int index = together.get((int) told[at]).index;
                refused.add(refusal(Status.of((int) told[at + 1]), index, told[at + 2], told[at + 3]));
            }
            from = behind;
        }
        return isFull;
    }

    private static KinesisAggException refusal(Status status, int index, long value, long limit) {
        String bounds = limit == 0 ? "" : ": it has " + value + " and may have " + limit;
        return new KinesisAggException(status, index, -1, value, limit, status.text() + bounds);
    }

    private static int behindThoseTogether(List<Encoded> records, int from) {
        long bytes = 0;
        int behind = from;
        while (behind < records.size() && (behind == from || bytes + records.get(behind).bytes <= TOGETHER)) {
            bytes += records.get(behind).bytes;
            behind++;
        }
        return behind;
    }

    private int[] putAll(List<Encoded> records) {
        long bytes = 0;
        int count = 0;
        for (Encoded record : records) {
            bytes += record.bytes;
            count += record.lengths.length;
        }
        buffer = Buffers.withRoom(buffer, bytes);
        int[] lengths = new int[count];
        int at = 0;
        for (Encoded record : records) {
            for (int part : record.lengths) {
                lengths[at++] = part;
            }
            record.putInto(buffer);
        }
        return lengths;
    }

    final synchronized long sizeAfter(NewUserRecord record) {
        long number = handle.number();
        int[] lengths = putAll(List.of(new Encoded(0, record)));
        return Native.sizeAfter(number, buffer, lengths);
    }

    final synchronized List<AggregatedRecord> seal(int ends, long time) {
        size = -1;
        return AggregatedRecord.listOf(Native.seal(handle.number(), ends, time));
    }

    final synchronized long openSize() {
        long number = handle.number();
        if (size < 0) {
            size = Native.counts(number)[0];
        }
        return size;
    }

    /** Size of the open aggregate, its user records, and all that wait. */
    final synchronized long[] counts() {
        return Native.counts(handle.number());
    }

    /** Hands out the aggregates that are full, sealed together, in the order of filling. */
    public final List<AggregatedRecord> seal() {
        return seal(0, NO_TIME);
    }

    /** Hands out all, the open aggregates too. More can be pushed afterwards. */
    public final List<AggregatedRecord> finish() {
        return seal(1, NO_TIME);
    }

    /** User records that wait, in open and full aggregates. */
    public final long userRecordCount() {
        return counts()[2];
    }

    /** Whether it was closed. */
    public final synchronized boolean isClosed() {
        return handle.isClosed();
    }

    /**
     * Ends the aggregator. Closing twice is fine.
     *
     * @throws UnsentException when user records wait; nothing has changed then
     */
    @Override
    public final synchronized void close() {
        if (handle.isClosed()) {
            return;
        }
        long waiting = waitingOrNone();
        if (waiting > 0) {
            throw new UnsentException(waiting);
        }
        discard();
    }

    /** After a fault of the library nobody can tell, and there is nothing to get. */
    private long waitingOrNone() {
        try {
            return counts()[2];
        } catch (KinesisAggException broken) {
            return 0;
        }
    }

    /** Ends the aggregator, and discards what waits. */
    public final synchronized void discard() {
        handle.close();
        buffer = null;
    }

    /** A user record as the core reads it. */
    private static final class Encoded {
        final int index;
        final long bytes;
        final int[] lengths;
        private final byte[] partitionKey;
        private final byte[] explicitHashKey;
        private final ByteBuffer data;
        /** Keys and values by turns; null for no value. */
        private final byte[][] tags;

        Encoded(int index, NewUserRecord record) {
            this.index = index;
            this.partitionKey = Text.utf8(record.partitionKey());
            this.explicitHashKey = record.explicitHashKey() == null ? null : Text.utf8(record.explicitHashKey());
            this.data = record.data();
            this.tags = tags(record.tags());
            this.lengths = new int[LENGTHS + tags.length];
            lengths[0] = partitionKey.length;
            lengths[1] = explicitHashKey == null ? -1 : explicitHashKey.length;
            lengths[2] = data.remaining();
            lengths[3] = tags.length / 2;
            for (int part = 0; part < tags.length; part++) {
                lengths[LENGTHS + part] = tags[part] == null ? -1 : tags[part].length;
            }
            // The count of tags is no length.
            this.bytes = Arrays.stream(lengths).asLongStream().map(it -> Math.max(it, 0)).sum() - lengths[3];
        }

        private static byte[][] tags(List<Tag> tags) {
            byte[][] parts = new byte[tags.size() * 2][];
            int at = 0;
            for (Tag tag : tags) {
                parts[at++] = Text.utf8(tag.key());
                parts[at++] = tag.value() == null ? null : Text.utf8(tag.value());
            }
            return parts;
        }

        void putInto(ByteBuffer buffer) {
            buffer.put(partitionKey);
            if (explicitHashKey != null) {
                buffer.put(explicitHashKey);
            }
            buffer.put(data.duplicate());
            for (byte[] part : tags) {
                if (part != null) {
                    buffer.put(part);
                }
            }
        }
    }
}
