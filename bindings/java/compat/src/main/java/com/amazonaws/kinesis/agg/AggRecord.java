package com.amazonaws.kinesis.agg;

import io.github.kinesisagg.AggregatedRecord;
import io.github.kinesisagg.Aggregator;
import io.github.kinesisagg.Deaggregator;
import io.github.kinesisagg.HashKeys;
import io.github.kinesisagg.KinesisAggException;
import io.github.kinesisagg.KinesisRecord;
import io.github.kinesisagg.NewUserRecord;
import io.github.kinesisagg.Options;
import io.github.kinesisagg.Status;
import io.github.kinesisagg.UserRecord;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * One aggregated Kinesis record, built by adding user records.
 *
 * <p>In the shape of the class of amazon-kinesis-aggregator 2.0.7. What differs on purpose stands in
 * UPGRADING.md: no explicit hash keys that nobody gave, and the partition key counts towards the limit,
 * as it does for the service.
 */
public class AggRecord {
    /** The name of the checksum. */
    protected static final String MESSAGE_DIGEST_NAME = "MD5";

    /** The limit of a Kinesis record: data and partition key. */
    protected static final int MAX_BYTES_PER_RECORD = 1024 * 1024;

    /** What the format takes at most for a single user record, about. */
    protected static final int AGGREGATION_OVERHEAD_BYTES = 256;

    /** The least length of a partition key. */
    protected static final int PARTITION_KEY_MIN_LENGTH = 1;

    /** The largest length of a partition key, in characters. */
    protected static final int PARTITION_KEY_MAX_LENGTH = 256;

    private static final Options OPTIONS =
            Options.DEFAULT.withMaxSize(MAX_BYTES_PER_RECORD).withFramedSingles();

    /** What user records are added to; null while there are none, and once it is sealed. */
    private Aggregator open;

    /** The bytes, once they were asked for and as long as nothing is added. */
    private AggregatedRecord sealed;

    private int count;
    private String partitionKey;
    /** Bytes of the partition key. */
    private int partitionKeySize;

    /** That of the first user record; null when nobody gave it. */
    private String explicitHashKey;

    /** An empty one. */
    public AggRecord() {}

    /** How many user records are inside. */
    public int getNumUserRecords() {
        return count;
    }

    /** Bytes of the data that {@link #toRecordBytes} returns; 0 when empty. */
    public int getSizeBytes() {
        if (count == 0) {
            return 0;
        }
        long size = sealed != null ? sealed.size() : open.size();
        return (int) size - partitionKeySize;
    }

    /** The aggregate, or no bytes when empty. Changes nothing. */
    public byte[] toRecordBytes() {
        return count == 0 ? new byte[0] : seal().dataBytes();
    }

    /** Forgets all user records. */
    public void clear() {
        if (open != null) {
            open.discard();
        }
        open = null;
        sealed = null;
        count = 0;
        partitionKey = null;
        explicitHashKey = null;
    }

    /** The partition key to send it with, or null when empty. */
    public String getPartitionKey() {
        return partitionKey;
    }

    /** The explicit hash key to send it with, or null when empty. */
    public String getExplicitHashKey() {
        if (count > 0 && explicitHashKey == null) {
            explicitHashKey = HashKeys.ofPartitionKey(partitionKey).toString();
        }
        return explicitHashKey;
    }

    /**
     * Adds a user record if there is room for it.
     *
     * @param explicitHashKey decimal digits, or null for none
     * @return false when there is no room
     * @throws IllegalArgumentException when it fits no aggregate, or a key is none; nothing has changed
     *     then
     */
    public boolean addUserRecord(String partitionKey, String explicitHashKey, byte[] data) {
        if (partitionKey == null || data == null) {
            throw new IllegalArgumentException(
                    partitionKey == null ? "Partition key cannot be null" : "Data cannot be null");
        }
        String explicit = explicitHashKey;
        if (explicit == null && getClass() != AggRecord.class) {
            // A subclass may have its own.
            explicit = createExplicitHashKey(partitionKey);
        }
        reopen();
        try {
            return add(partitionKey, explicit, data);
        } catch (KinesisAggException refused) {
            if (refused.status() == Status.ERR_EXPLICIT_HASH_KEY) {
                return add(partitionKey, canonical(explicit), data);
            }
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    private boolean add(String partitionKey, String explicit, byte[] data) {
        if (!open.offer(partitionKey, data, explicit)) {
            requireFitsAlone(partitionKey, explicit, data);
            return false;
        }
        count++;
        if (count == 1) {
            this.partitionKey = partitionKey;
            this.partitionKeySize = partitionKey.getBytes(StandardCharsets.UTF_8).length;
            this.explicitHashKey = explicit;
        }
        return true;
    }

    /** What fits no aggregate is refused before this one is given up as full. */
    private static void requireFitsAlone(String partitionKey, String explicit, byte[] data) {
        Aggregator alone = new Aggregator(OPTIONS);
        try {
            alone.push(partitionKey, data, explicit);
        } finally {
            alone.discard();
        }
    }

    /** What BigInteger takes for a number, as the service takes it: 007 is 7. */
    private static String canonical(String explicitHashKey) {
        BigInteger number;
        try {
            number = new BigInteger(explicitHashKey);
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException(
                    "Invalid explicitHashKey, must be an integer, got " + explicitHashKey, none);
        }
        if (number.signum() < 0 || number.compareTo(HashKeys.MAX) > 0) {
            throw new IllegalArgumentException(
                    "Invalid explicitHashKey, must be from 0 to 2^128 - 1, got " + explicitHashKey);
        }
        return number.toString();
    }

    /** The hash key of a partition key. */
    protected String createExplicitHashKey(String partitionKey) {
        return HashKeys.ofPartitionKey(partitionKey).toString();
    }

    /** A request with this record alone, as the original makes it; see {@link #toPutRecordsRequestEntry}. */
    public PutRecordsRequest toPutRecordRequest(String streamName) {
        return PutRecordsRequest.builder()
                .streamName(streamName)
                .records(toPutRecordsRequestEntry())
                .build();
    }

    /** An entry for {@code PutRecords}, or null when empty. Changes nothing. */
    public PutRecordsRequestEntry toPutRecordsRequestEntry() {
        if (count == 0) {
            return null;
        }
        return PutRecordsRequestEntry.builder()
                .partitionKey(getPartitionKey())
                .explicitHashKey(getExplicitHashKey())
                .data(SdkBytes.fromByteArrayUnsafe(toRecordBytes()))
                .build();
    }

    /** An empty record, which goes on with the memory of this one; this one keeps its bytes alone. */
    AggRecord successor() {
        Aggregator emptied = open;
        if (count > 0 && sealed == null) {
            sealed = emptied.finish().get(0);
        }
        open = null;
        AggRecord next = new AggRecord();
        next.open = emptied;
        return next;
    }

    private AggregatedRecord seal() {
        if (sealed == null) {
            sealed = open.finish().get(0);
            open.close();
            open = null;
        }
        return sealed;
    }

    /** Makes ready for another user record. */
    private void reopen() {
        if (open == null) {
            open = new Aggregator(OPTIONS);
        }
        if (sealed != null) {
            try (Deaggregator deaggregator = new Deaggregator()) {
                for (UserRecord read : deaggregator.deaggregate(KinesisRecord.of(sealed.data()))) {
                    open.push(NewUserRecord.of(read));
                }
            }
            sealed = null;
        }
    }
}
