package io.github.kinesisagg;

/** An aggregator was to be closed while user records wait in it. It is open still. */
public final class UnsentException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final long userRecords;

    UnsentException(long userRecords) {
        super(userRecords + " user records wait to be sent: finish() hands them out");
        this.userRecords = userRecords;
    }

    /** How many wait. */
    public long userRecords() {
        return userRecords;
    }
}
