package io.github.kinesisagg;

/** Which user records may share an aggregate. */
public enum Grouping {
    /** Any. Only for readers that ignore hash key ranges, as Lambda does. */
    NONE,
    /** Those with the same hash key. Needs no shard map; packs poorly when keys are many. */
    HASH_KEY,
    /**
     * Those that the shard map predicts to land in the same shard, as the KPL does. Packs best. Needs
     * new maps when shards change, and a judgement over each answer of the service.
     */
    SHARD,
    /**
     * The same, and each user record without explicit hash key is given the one of the first: inside
     * any shard it lands in, whatever splits.
     */
    PINNED
}
