package io.github.kinesisagg;

import java.math.BigInteger;
import java.util.Objects;

/** The hash keys of a shard, both ends within. */
public final class HashKeyRange {
    private final BigInteger start;
    private final BigInteger end;

    /**
     * A range.
     *
     * @throws KinesisAggException with {@link Status#ERR_HASH_KEY} when an end is below 0 or above
     *     2^128-1, or the range ends before it starts
     */
    public HashKeyRange(BigInteger start, BigInteger end) {
        this.start = HashKeys.checked(start);
        this.end = HashKeys.checked(end);
        if (start.compareTo(end) > 0) {
            throw HashKeys.none("the range ends before it starts");
        }
    }

    /** A range of decimal digits, as {@code ListShards} tells it. */
    public static HashKeyRange of(String start, String end) {
        return new HashKeyRange(HashKeys.ofDigits(start), HashKeys.ofDigits(end));
    }

    /** The lowest hash key. */
    public BigInteger start() {
        return start;
    }

    /** The highest hash key. */
    public BigInteger end() {
        return end;
    }

    /** Whether the hash key lies within. */
    public boolean contains(BigInteger hashKey) {
        return start.compareTo(hashKey) <= 0 && hashKey.compareTo(end) <= 0;
    }

    byte[] bytes() {
        byte[] bytes = new byte[32];
        HashKeys.put(start, bytes, 0);
        HashKeys.put(end, bytes, 16);
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HashKeyRange
                && start.equals(((HashKeyRange) other).start)
                && end.equals(((HashKeyRange) other).end);
    }

    @Override
    public int hashCode() {
        return Objects.hash(start, end);
    }

    @Override
    public String toString() {
        return start + "-" + end;
    }
}
