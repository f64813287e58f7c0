package io.github.kinesisagg;

/**
 * What became of a Kinesis record, or why a call failed. The numbers are those of the C header, and
 * never change their meaning.
 */
public enum Status {
    /** An aggregate whose user records are handed out. */
    AGGREGATED(0, "an aggregate"),
    /** A plain record: it does not start with the magic. */
    PLAIN(16, "a plain record"),
    /** It starts with the magic and has no room for a message and its checksum. */
    TOO_SHORT(17, "too short for an aggregate"),
    /** It has 4 GiB or more. */
    TOO_LONG(18, "too long for an aggregate"),
    /** The checksum is not that of the message. */
    CHECKSUM(19, "the checksum is not that of the message"),
    /** An index of a record lies outside its table. */
    INDEX_OUTSIDE_TABLE(20, "an index lies outside its table"),
    /** An aggregate that the policy dropped whole. */
    DROPPED(21, "dropped by the range policy"),
    /** A field runs past the end of what holds it. */
    TRUNCATED(32, "a field runs past the end"),
    /** A varint has more than ten bytes. */
    VARINT_TOO_LONG(33, "a varint has more than ten bytes"),
    /** A length is 2^31 or more. */
    NEGATIVE_LENGTH(34, "a length is 2^31 or more"),
    /** A field has the number 0. */
    FIELD_NUMBER_ZERO(35, "a field has the number 0"),
    /** A field has wire type 6 or 7. */
    WIRE_TYPE(36, "a field has wire type 6 or 7"),
    /** A group ends that was not open. */
    GROUP_END(37, "a group ends that was not open"),
    /** A group is not closed. */
    GROUP_UNCLOSED(38, "a group is not closed"),
    /** Groups are nested more than a hundred deep. */
    TOO_DEEP(39, "groups are nested more than a hundred deep"),
    /** A record has no partition key index. */
    NO_PARTITION_KEY_INDEX(40, "a record has no partition key index"),
    /** A record has no data. */
    NO_DATA(41, "a record has no data"),
    /** A tag has no key. */
    NO_TAG_KEY(42, "a tag has no key"),
    /** The message is malformed in another way. */
    MALFORMED(63, "the message is malformed"),
    /** A fault of the library: the object may only be closed. */
    ERR_PANIC(-2, "a fault of the library: the object may only be closed"),
    /** A fault of the library went before: the object may only be closed. */
    ERR_POISONED(-3, "a fault of the library went before: the object may only be closed"),
    /** A length or a count is out of bounds. */
    ERR_LENGTH(-4, "a length or a count is out of bounds"),
    /** A text is not Unicode: it has a surrogate alone. */
    ERR_NOT_UTF8(-5, "a text is not Unicode"),
    /** The partition key does not have 1 to 256 characters. */
    ERR_PARTITION_KEY_LENGTH(-6, "the partition key does not have 1 to 256 characters"),
    /** The explicit hash key is no decimal number from 0 to 2^128-1 without leading zeros. */
    ERR_EXPLICIT_HASH_KEY(-7, "the explicit hash key is no decimal number from 0 to 2^128-1"),
    /** The user record does not fit an aggregate of its own. */
    ERR_TOO_LARGE(-8, "the user record does not fit an aggregate of its own"),
    /** An option has a value that it cannot have. */
    ERR_OPTION(-9, "an option cannot have this value"),
    /** No open shard owns some hash keys. */
    ERR_SHARD_GAP(-11, "no open shard owns some hash keys"),
    /** Open shards overlap. */
    ERR_SHARD_OVERLAP(-12, "open shards overlap"),
    /** No hash key, or no range of hash keys. */
    ERR_HASH_KEY(-13, "no hash key, or no range of hash keys"),
    /** The grouping needs a shard map. */
    ERR_GROUPING(-14, "the grouping needs a shard map"),
    /** Grouped aggregates need an outer hash key, to land together. */
    ERR_OUTER_HASH_KEY(-15, "grouped aggregates need an outer hash key"),
    /** Refused for another reason. */
    ERR_OTHER(-63, "refused"),
    /** It is closed. */
    ERR_CLOSED(-64, "it is closed");

    private final int number;
    private final String text;

    Status(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** The number in all languages. */
    public int number() {
        return number;
    }

    /** A line in English, for logs. */
    public String text() {
        return text;
    }

    static Status of(int number) {
        for (Status status : values()) {
            if (status.number == number) {
                return status;
            }
        }
        return number > 0 ? MALFORMED : ERR_OTHER;
    }
}
