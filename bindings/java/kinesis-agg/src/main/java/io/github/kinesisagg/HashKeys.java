package io.github.kinesisagg;

import java.math.BigInteger;
import java.util.Objects;

/** Hash keys: numbers from 0 to 2^128-1, in digits and in sixteen bytes. */
public final class HashKeys {
    /** The highest hash key. */
    public static final BigInteger MAX = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

    private HashKeys() {}

    /** The hash key of records with this partition key and no explicit hash key. */
    public static BigInteger ofPartitionKey(String partitionKey) {
        return new BigInteger(1, Native.hashKey(Text.utf8(partitionKey)));
    }

    static BigInteger ofDigits(String digits) {
        Objects.requireNonNull(digits, "hash key");
        if (digits.isEmpty() || digits.length() > 39 || !digits.chars().allMatch(it -> '0' <= it && it <= '9')) {
            throw none(Status.ERR_HASH_KEY.text());
        }
        return checked(new BigInteger(digits));
    }

    static BigInteger checked(BigInteger hashKey) {
        if (hashKey.signum() < 0 || hashKey.compareTo(MAX) > 0) {
            throw none("a hash key is a number from 0 to 2^128-1");
        }
        return hashKey;
    }

    static KinesisAggException none(String text) {
        return new KinesisAggException(Status.ERR_HASH_KEY, -1, -1, 0, 0, text);
    }

    /** Sixteen bytes, the highest first. */
    static void put(BigInteger hashKey, byte[] into, int offset) {
        byte[] bytes = hashKey.toByteArray();
        // A byte more for the sign, or fewer for a small number.
        int from = Math.max(bytes.length - 16, 0);
        int length = bytes.length - from;
        System.arraycopy(bytes, from, into, offset + 16 - length, length);
    }

    static BigInteger get(byte[] from, int offset) {
        return new BigInteger(1, from, offset, 16);
    }
}
