package io.github.kinesisagg;

import java.util.OptionalInt;

/** What became of one Kinesis record. */
public final class RecordReport {
    private final int recordIndex;
    private final Status status;
    private final int userRecords;
    private final int dropped;
    private final int offset;
    private final int faultyRecord;

    RecordReport(int recordIndex, int[] row, int at) {
        this.recordIndex = recordIndex;
        this.status = Status.of(row[at]);
        this.userRecords = row[at + 1];
        this.dropped = row[at + 2];
        this.offset = row[at + 3];
        this.faultyRecord = row[at + 4];
    }

    /** Which of those that were given, from 0. */
    public int recordIndex() {
        return recordIndex;
    }

    /** What it turned out to be. */
    public Status status() {
        return status;
    }

    /** Whether it is an aggregate, dropped or not. */
    public boolean isAggregated() {
        return status == Status.AGGREGATED || status == Status.DROPPED;
    }

    /** Whether it begins like an aggregate and is none. */
    public boolean isDamaged() {
        return !isAggregated() && status != Status.PLAIN;
    }

    /** How many user records are handed out of it; 1 for one that is no aggregate. */
    public int userRecords() {
        return isAggregated() ? userRecords : 1;
    }

    /** How many the range policy leaves out. */
    public int dropped() {
        return dropped;
    }

    /** Which byte of its data is wrong, where one is. */
    public OptionalInt offset() {
        return offset < 0 ? OptionalInt.empty() : OptionalInt.of(offset);
    }

    /** Which record of the message is wrong, where one is. */
    public OptionalInt faultyRecord() {
        return faultyRecord < 0 ? OptionalInt.empty() : OptionalInt.of(faultyRecord);
    }

    @Override
    public String toString() {
        return "RecordReport(recordIndex=" + recordIndex + ", status=" + status + ", userRecords="
                + userRecords() + ", dropped=" + dropped + ")";
    }
}
