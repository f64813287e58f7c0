package io.github.kinesisagg;

/** Where the hash key of a user record lies, compared with a range. */
public enum Placement {
    /** Inside. */
    IN_RANGE,
    /** Outside. */
    OUT_OF_RANGE,
    /** Nowhere: its explicit hash key is no hash key. */
    UNPLACEABLE
}
