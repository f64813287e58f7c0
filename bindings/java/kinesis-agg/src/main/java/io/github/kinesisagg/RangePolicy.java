package io.github.kinesisagg;

/** What becomes of user records whose hash keys lie outside the range of a shard. */
public enum RangePolicy {
    /** All are handed out, and those out of range marked. */
    KEEP_ALL,
    /** Those out of range are left out, and counted. */
    KEEP_IN_RANGE,
    /** An aggregate with one out of range is dropped whole, as the KCL does. */
    DROP_AGGREGATE
}
