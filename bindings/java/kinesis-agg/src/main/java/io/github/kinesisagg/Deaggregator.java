package io.github.kinesisagg;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Takes aggregated records apart, with memory that it uses again.
 *
 * <p>Several threads may use one: they wait for each other. What was read stays when it reads on, and
 * when it is closed.
 */
public final class Deaggregator implements AutoCloseable {
    private final Handle handle;
    private final boolean hasRange;
    /** The blobs of a call, one behind the other; outside of the heap, where the core reads. */
    private ByteBuffer joined = ByteBuffer.allocateDirect(0);

    /** Hands out everything. */
    public Deaggregator() {
        this(null, RangePolicy.KEEP_ALL);
    }

    /** Compares the hash key of each user record with the range of a shard; null is none. */
    public Deaggregator(HashKeyRange range, RangePolicy policy) {
        byte[] bytes = range == null ? null : range.bytes();
        hasRange = range != null;
        handle = new Handle(this, Native.newDeaggregator(bytes, policy.ordinal()), Native::freeDeaggregator);
    }

    /**
     * Reads Kinesis records: all that a {@code GetRecords} answer or a Lambda event holds, together,
     * which is what makes their checksums cheap.
     *
     * <p>Whatever the bytes are, they are read: {@link Batch#reports} tells what became of each
     * record.
     *
     * @throws IllegalStateException when it is closed
     * @throws KinesisAggException with {@link Status#ERR_LENGTH} when all data together has 2 GiB or
     *     more
     */
    public Batch deaggregate(List<KinesisRecord> records) {
        KinesisRecord[] all = records.toArray(new KinesisRecord[0]);
        for (KinesisRecord record : all) {
            Objects.requireNonNull(record, "record");
        }
        return new Batch(all, read(all), hasRange);
    }

    /** Reads one Kinesis record. */
    public Batch deaggregate(KinesisRecord record) {
        return deaggregate(List.of(record));
    }

    private synchronized Object[] read(KinesisRecord[] records) {
        long number = handle.number();
        int[] lengths = Arrays.stream(records).mapToInt(KinesisRecord::length).toArray();
        joined = Buffers.withRoom(joined, Arrays.stream(lengths).asLongStream().sum());
        for (KinesisRecord record : records) {
            joined.put(record.data());
        }
        return Native.read(number, joined, lengths);
    }

    /** Gives the core's memory back. Closing twice is fine. */
    @Override
    public synchronized void close() {
        handle.close();
        joined = null;
    }
}
