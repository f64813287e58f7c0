package io.github.kinesisagg;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A Kinesis record to be read: its data, and what the service says of it.
 *
 * <p>The data is not copied. It has to stay as it is while user records that were read from it are
 * used.
 */
public final class KinesisRecord {
    private final ByteBuffer data;
    /** The array that the data lies in, and where; null for memory outside of the heap. */
    private final byte[] array;
    private final int arrayOffset;
    private final String partitionKey;
    private final String explicitHashKey;
    private final String sequenceNumber;
    private final Object source;

    private KinesisRecord(
            ByteBuffer data, String partitionKey, String explicitHashKey, String sequenceNumber, Object source) {
        Objects.requireNonNull(data, "data");
        // As it lies now: nobody else moves its position or limit.
        ByteBuffer slice = data.slice();
        this.data = slice.asReadOnlyBuffer();
        this.array = slice.hasArray() ? slice.array() : null;
        this.arrayOffset = slice.hasArray() ? slice.arrayOffset() : 0;
        this.partitionKey = partitionKey;
        this.explicitHashKey = explicitHashKey;
        this.sequenceNumber = sequenceNumber;
        this.source = source;
    }

    /** Mere data. */
    public static KinesisRecord of(byte[] data) {
        return of(ByteBuffer.wrap(Objects.requireNonNull(data, "data")));
    }

    /** Mere data: from its position to its limit, which stay as they are. */
    public static KinesisRecord of(ByteBuffer data) {
        return new KinesisRecord(data, "", null, null, null);
    }

    /** A record of {@code GetRecords} or Lambda; the sequence number may be null. */
    public static KinesisRecord of(String partitionKey, String sequenceNumber, ByteBuffer data) {
        return of(partitionKey, sequenceNumber, data, null);
    }

    /** The same with what it was made of, which {@link #source} gives back. */
    public static KinesisRecord of(String partitionKey, String sequenceNumber, ByteBuffer data, Object source) {
        return new KinesisRecord(
                data, Objects.requireNonNull(partitionKey, "partitionKey"), null, sequenceNumber, source);
    }

    /** The same record with the explicit hash key that it was sent with. */
    public KinesisRecord withExplicitHashKey(String explicitHashKey) {
        return new KinesisRecord(data, partitionKey, explicitHashKey, sequenceNumber, source);
    }

    /** Records of mere data. */
    public static List<KinesisRecord> listOf(Iterable<byte[]> blobs) {
        List<KinesisRecord> records = new ArrayList<>();
        for (byte[] blob : blobs) {
            records.add(of(blob));
        }
        return records;
    }

    /** The data, read-only. */
    public ByteBuffer data() {
        return data.duplicate();
    }

    int length() {
        return data.capacity();
    }

    /** A part of the data, read-only: a place of its own, from 0 to its length. */
    ByteBuffer part(int offset, int length) {
        ByteBuffer part = data.duplicate();
        part.limit(offset + length);
        part.position(offset);
        return part.slice();
    }

    byte[] copy(int offset, int length) {
        byte[] copy = new byte[length];
        if (array != null) {
            System.arraycopy(array, arrayOffset + offset, copy, 0, length);
        } else {
            part(offset, length).get(copy);
        }
        return copy;
    }

    /** A part as the KCL's text: what is no UTF-8 becomes U+FFFD. */
    String text(int offset, int length) {
        if (array != null) {
            return new String(array, arrayOffset + offset, length, StandardCharsets.UTF_8);
        }
        return new String(copy(offset, length), StandardCharsets.UTF_8);
    }

    /** The partition key; empty for mere data. */
    public String partitionKey() {
        return partitionKey;
    }

    /** The explicit hash key, or null. */
    public String explicitHashKey() {
        return explicitHashKey;
    }

    /** The sequence number, or null. */
    public String sequenceNumber() {
        return sequenceNumber;
    }

    /** What it was made of, or null. */
    public Object source() {
        return source;
    }
}
