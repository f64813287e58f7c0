package io.github.kinesisagg;

/** A Kinesis record begins like an aggregate and is none: see {@link Batch#requireSound}. */
public final class MalformedRecordException extends KinesisAggException {
    private static final long serialVersionUID = 1;

    MalformedRecordException(RecordReport report) {
        super(report.status(), report.recordIndex(), report.offset().orElse(-1), 0, 0, "");
    }
}
