package io.github.kinesisagg;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * A user record that was read: out of an aggregate, or a Kinesis record that is none, handed on as it
 * is.
 *
 * <p>It is a place in its batch: all is decoded when it is asked for, and the data is not copied
 * unless you ask for a copy.
 */
public final class UserRecord {
    private final Batch batch;
    private final int record;
    /** -1 for a Kinesis record that is no aggregate. */
    private final int row;

    UserRecord(Batch batch, int record, int row) {
        this.batch = batch;
        this.record = record;
        this.row = row;
    }

    /** Its own partition key; empty where the record was given as mere data. */
    public String partitionKey() {
        return row < 0 ? record().partitionKey() : batch.partitionKey(record, row);
    }

    /** Its own explicit hash key, as it stands in the aggregate; null when there is none. */
    public String explicitHashKey() {
        return row < 0 ? record().explicitHashKey() : batch.explicitHashKey(record, row);
    }

    /** Its data, read-only, where it lies: nothing is copied. */
    public ByteBuffer data() {
        return row < 0 ? record().data() : record().part(batch.dataOffset(row), batch.dataLength(row));
    }

    /** A copy of its data. */
    public byte[] dataBytes() {
        if (row < 0) {
            return record().copy(0, record().length());
        }
        return record().copy(batch.dataOffset(row), batch.dataLength(row));
    }

    /** Bytes of its data. */
    public int dataLength() {
        return row < 0 ? record().length() : batch.dataLength(row);
    }

    /** Its place in the aggregate, from 0. */
    public int subSequenceNumber() {
        return row < 0 ? 0 : batch.subSequenceNumber(record, row);
    }

    /** Its tags; as a rule none. */
    public List<Tag> tags() {
        return row < 0 ? List.of() : batch.tags(record, row);
    }

    /** Which of the Kinesis records that were given it was found in, from 0. */
    public int recordIndex() {
        return record;
    }

    /** The Kinesis record it was found in. */
    public KinesisRecord record() {
        return batch.record(record);
    }

    /** The sequence number of the Kinesis record, or null. */
    public String sequenceNumber() {
        return record().sequenceNumber();
    }

    /** False for a Kinesis record that is no aggregate. */
    public boolean isAggregated() {
        return row >= 0;
    }

    /** Where its hash key lies; null when no range was given, or it is not aggregated. */
    public Placement placement() {
        return row < 0 ? null : batch.placement(row);
    }

    /**
     * Its explicit hash key, else the MD5 of its partition key; null when the explicit hash key is no
     * hash key.
     */
    public BigInteger hashKey() {
        String explicit = explicitHashKey();
        if (explicit == null) {
            return HashKeys.ofPartitionKey(partitionKey());
        }
        try {
            // Readers take what BigInteger takes, a sign and other digits too.
            BigInteger key = new BigInteger(explicit);
            return key.signum() < 0 || key.compareTo(HashKeys.MAX) > 0 ? null : key;
        } catch (NumberFormatException none) {
            return null;
        }
    }

    /** Equal when keys, data, tags, sequence and sub-sequence number are. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof UserRecord)) {
            return false;
        }
        UserRecord that = (UserRecord) other;
        return isAggregated() == that.isAggregated()
                && subSequenceNumber() == that.subSequenceNumber()
                && partitionKey().equals(that.partitionKey())
                && Objects.equals(explicitHashKey(), that.explicitHashKey())
                && Objects.equals(sequenceNumber(), that.sequenceNumber())
                && data().equals(that.data())
                && tags().equals(that.tags());
    }

    @Override
    public int hashCode() {
        return Objects.hash(partitionKey(), subSequenceNumber(), data());
    }

    @Override
    public String toString() {
        return "UserRecord(partitionKey=" + partitionKey() + ", explicitHashKey=" + explicitHashKey()
                + ", data=<" + dataLength() + " bytes>, subSequenceNumber=" + subSequenceNumber() + ")";
    }
}
