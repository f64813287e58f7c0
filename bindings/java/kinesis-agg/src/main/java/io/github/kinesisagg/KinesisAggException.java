package io.github.kinesisagg;

import java.util.OptionalInt;

/** Why a call failed, and where. */
public class KinesisAggException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Status status;
    private final int recordIndex;
    private final int offset;
    private final long value;
    private final long limit;

    /** Called by the native library; -1 and "" stand for nothing. */
    KinesisAggException(int status, int recordIndex, long value, long limit, String text) {
        this(Status.of(status), recordIndex, -1, value, limit, text);
    }

    KinesisAggException(Status status, int recordIndex, int offset, long value, long limit, String text) {
        super(message(status, recordIndex, offset, text));
        this.status = status;
        this.recordIndex = recordIndex;
        this.offset = offset;
        this.value = value;
        this.limit = limit;
    }

    private static String message(Status status, int recordIndex, int offset, String text) {
        String where = recordIndex < 0 ? "" : "record " + recordIndex + ": ";
        String at = offset < 0 ? "" : " at byte " + offset;
        return where + (text.isEmpty() ? status.text() : text) + at;
    }

    /** What is wrong. */
    public Status status() {
        return status;
    }

    /** Which of the records that were given, from 0. */
    public OptionalInt recordIndex() {
        return recordIndex < 0 ? OptionalInt.empty() : OptionalInt.of(recordIndex);
    }

    /** Which byte of its data. */
    public OptionalInt offset() {
        return offset < 0 ? OptionalInt.empty() : OptionalInt.of(offset);
    }

    /** What it has: characters or bytes; 0 where nothing was counted. */
    public long value() {
        return value;
    }

    /** What it may have at most. */
    public long limit() {
        return limit;
    }
}
