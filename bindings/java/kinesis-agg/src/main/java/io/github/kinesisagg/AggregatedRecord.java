package io.github.kinesisagg;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Kinesis record that is ready to be sent, with one or more user records. All three, partition key,
 * explicit hash key and data, are to be sent.
 */
public final class AggregatedRecord {
    private static final int FLAGS = 8;
    private static final int HASH_KEY = 10;
    private static final int SPAN = 26;
    private static final int PARTITION_KEY = 58;

    /** The head of {@code sealed.rs}. */
    private final byte[] head;

    private final byte[] data;

    private AggregatedRecord(byte[] head, byte[] data) {
        this.head = head;
        this.data = data;
    }

    static List<AggregatedRecord> listOf(Object[] pairs) {
        List<AggregatedRecord> records = new ArrayList<>(pairs.length / 2);
        for (int at = 0; at < pairs.length; at += 2) {
            records.add(new AggregatedRecord((byte[]) pairs[at], (byte[]) pairs[at + 1]));
        }
        return records;
    }

    static Object[] pairs(List<AggregatedRecord> records) {
        Object[] pairs = new Object[records.size() * 2];
        int at = 0;
        for (AggregatedRecord record : records) {
            pairs[at++] = record.head;
            pairs[at++] = record.data;
        }
        return pairs;
    }

    byte[] head() {
        return head;
    }

    /** The partition key. */
    public String partitionKey() {
        return new String(head, PARTITION_KEY, head.length - PARTITION_KEY, StandardCharsets.UTF_8);
    }

    /** The explicit hash key in decimal digits, or null for none. */
    public String explicitHashKey() {
        return head[FLAGS + 1] == 1 ? HashKeys.get(head, HASH_KEY).toString() : null;
    }

    /** The data, read-only: an aggregate, or the bare data of a single user record. */
    public ByteBuffer data() {
        return ByteBuffer.wrap(data).asReadOnlyBuffer();
    }

    /** The data itself, for those who do not change it. */
    byte[] dataUnsafe() {
        return data;
    }

    /** A copy of the data. */
    public byte[] dataBytes() {
        return data.clone();
    }

    /** How many user records are inside; at least 1. */
    public long userRecordCount() {
        return ByteBuffer.wrap(head).getLong();
    }

    /** False for a single user record that goes as it is. */
    public boolean isFramed() {
        return head[FLAGS] == 1;
    }

    /** Bytes that count against the limit of the stream: data and partition key. */
    public int size() {
        return data.length + head.length - PARTITION_KEY;
    }

    /** Lowest and highest hash key inside. */
    public HashKeyRange hashKeySpan() {
        BigInteger start = HashKeys.get(head, SPAN);
        return new HashKeyRange(start, HashKeys.get(head, SPAN + 16));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AggregatedRecord
                && Arrays.equals(head, ((AggregatedRecord) other).head)
                && Arrays.equals(data, ((AggregatedRecord) other).data);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(head) * 31 + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return "AggregatedRecord(partitionKey=" + partitionKey() + ", explicitHashKey=" + explicitHashKey()
                + ", data=<" + data.length + " bytes>, userRecordCount=" + userRecordCount() + ")";
    }
}
