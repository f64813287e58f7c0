package io.github.kinesisagg;

/** What the shard in the answer of the service means for a Kinesis record. */
public enum Judgement {
    /** Every reader of that shard gets all of its user records. */
    DELIVERED,
    /** It reaches beyond its shard, and a KCL reader drops it whole: send all of it again. */
    SEND_AGAIN,
    /** The map does not know the shard: judge again with a new one, closed shards included. */
    UNKNOWN_SHARD,
    /** The stream ignores keys: no aggregate is safe there for a reader that looks at ranges. */
    KEYS_IGNORED
}
