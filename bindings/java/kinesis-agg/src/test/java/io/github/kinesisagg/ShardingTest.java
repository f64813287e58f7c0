package io.github.kinesisagg;

import static io.github.kinesisagg.RoundTripTest.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Aggregates of a stream with shards. */
class ShardingTest {
    private static final BigInteger MIDDLE = BigInteger.ONE.shiftLeft(127);

    static ShardMap twoShards() {
        return new ShardMap(List.of(
                Shard.open("low", new HashKeyRange(BigInteger.ZERO, MIDDLE.subtract(BigInteger.ONE))),
                Shard.open("high", new HashKeyRange(MIDDLE, HashKeys.MAX))));
    }

    /** After the lower one was split. */
    static ShardMap threeShards() {
        BigInteger quarter = MIDDLE.shiftRight(1);
        return new ShardMap(List.of(
                Shard.open("lowest", new HashKeyRange(BigInteger.ZERO, quarter.subtract(BigInteger.ONE))),
                Shard.open("lower", new HashKeyRange(quarter, MIDDLE.subtract(BigInteger.ONE))),
                Shard.closed("low", new HashKeyRange(BigInteger.ZERO, MIDDLE.subtract(BigInteger.ONE))),
                Shard.open("high", new HashKeyRange(MIDDLE, HashKeys.MAX))));
    }

    /** An aggregate of user records of one key. */
    static byte[] pack(String partitionKey, byte[]... data) {
        try (Aggregator aggregator = new Aggregator(Options.DEFAULT.withFramedSingles())) {
            for (byte[] one : data) {
                aggregator.push(partitionKey, one);
            }
            return aggregator.finish().get(0).dataBytes();
        }
    }

    private static List<NewUserRecord> many(int count) {
        List<NewUserRecord> records = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            records.add(NewUserRecord.of("key-" + number % 97, bytes("data " + number)));
        }
        return records;
    }

    /** Each aggregate lies in the shard that the map predicts, and counts as delivered there. */
    @Test
    void aggregatesLieInOneShard() {
        try (ShardMap map = twoShards();
                ShardedAggregator aggregator = new ShardedAggregator(Grouping.SHARD, map)) {
            assertEquals(List.of(), aggregator.pushMany(many(1000)).refused());
            List<AggregatedRecord> records = aggregator.finish();
            assertEquals(2, records.size());
            for (AggregatedRecord record : records) {
                String shard = map.predict(record.partitionKey(), record.explicitHashKey());
                assertEquals(Judgement.DELIVERED, map.judge(shard, record));
                assertEquals(Judgement.DELIVERED, aggregator.judge(shard, record));
                String other = shard.equals("low") ? "high" : "low";
                assertEquals(Judgement.KEYS_IGNORED, map.judge(other, record));
                assertEquals(Judgement.UNKNOWN_SHARD, map.judge("none", record));
            }
        }
    }

    /** After a split, what reaches beyond its shard is sent again, cut; nothing is lost. */
    @Test
    void aSplitCutsWhatWasNotSent() {
        try (ShardMap before = twoShards();
                ShardMap after = threeShards();
                ShardedAggregator aggregator = new ShardedAggregator(Grouping.SHARD, before)) {
            aggregator.pushMany(many(500));
            List<AggregatedRecord> unsent = aggregator.finish();
            AggregatedRecord low = unsent.stream()
                    .filter(it -> before.judge("low", it) == Judgement.DELIVERED)
                    .findFirst()
                    .orElseThrow();
            String landed = after.predict(low.partitionKey(), low.explicitHashKey());
            assertEquals(Judgement.SEND_AGAIN, after.judge(landed, low));
            aggregator.pushMany(many(500));
            List<AggregatedRecord> cut = aggregator.updateShardMap(after, unsent);
            List<AggregatedRecord> all = new ArrayList<>(cut);
            all.addAll(aggregator.finish());
            assertEquals(1000, all.stream().mapToLong(AggregatedRecord::userRecordCount).sum());
            for (AggregatedRecord record : all) {
                String shard = after.predict(record.partitionKey(), record.explicitHashKey());
                assertEquals(Judgement.DELIVERED, after.judge(shard, record));
            }
            // What needed no cut came back as it was.
            assertTrue(cut.contains(unsent.stream().filter(it -> it != low).findFirst().orElseThrow()));
        }
    }

    /** Whatever the options, records go to the core and back as they were. */
    @Test
    void unsentRecordsComeBackAsTheyWere() {
        for (Options options : List.of(
                Options.DEFAULT,
                Options.DEFAULT.withMaxSize(300).withFramedSingles(),
                Options.DEFAULT.withKplPartitionKey().withMaxCount(3))) {
            try (ShardMap map = twoShards();
                    ShardedAggregator aggregator = new ShardedAggregator(Grouping.SHARD, map, options)) {
                List<NewUserRecord> records = many(50);
                records.add(NewUserRecord.of("tagged", bytes("x")).withTags(List.of(new Tag("a", null))));
                records.add(NewUserRecord.of("explicit", bytes("y")).withExplicitHashKey("12"));
                assertEquals(List.of(), aggregator.pushMany(records).refused());
                List<AggregatedRecord> sealed = aggregator.finish();
                assertEquals(sealed, aggregator.updateShardMap(map, sealed));
            }
        }
    }

    /** What is pinned, or grouped by hash key, has one hash key. */
    @Test
    void oneHashKeyCannotBeDivided() {
        try (ShardMap map = twoShards();
                ShardedAggregator byKey = new ShardedAggregator();
                ShardedAggregator pinned = new ShardedAggregator(Grouping.PINNED, map);
                ShardedAggregator pinnedTo = ShardedAggregator.pinnedTo(BigInteger.TEN, Options.DEFAULT)) {
            for (ShardedAggregator aggregator : List.of(byKey, pinned, pinnedTo)) {
                aggregator.pushMany(many(300));
                for (AggregatedRecord record : aggregator.finish()) {
                    HashKeyRange span = record.hashKeySpan();
                    assertEquals(span.start(), span.end());
                    assertEquals(span.start().toString(), record.explicitHashKey());
                }
            }
        }
    }

    /** Those that came before a time are handed out, the others wait. */
    @Test
    void waitingIsBounded() {
        try (ShardedAggregator aggregator = new ShardedAggregator()) {
            aggregator.pushAt(NewUserRecord.of("one", bytes("1")), 10);
            aggregator.pushManyAt(List.of(NewUserRecord.of("two", bytes("2"))), 20);
            assertThrows(IllegalArgumentException.class, () -> aggregator.finishArrivedBefore(-1));
            List<String> early = aggregator.finishArrivedBefore(15).stream()
                    .map(AggregatedRecord::partitionKey)
                    .collect(Collectors.toList());
            assertEquals(List.of("one"), early);
            assertEquals(1, aggregator.userRecordCount());
            assertEquals(1, aggregator.finish().size());
        }
    }

    @Test
    void mapsOwnEachHashKeyOnce() {
        Shard low = Shard.open("low", new HashKeyRange(BigInteger.ZERO, MIDDLE));
        Shard high = Shard.open("high", new HashKeyRange(MIDDLE, HashKeys.MAX));
        refused(Status.ERR_SHARD_GAP, List.of(low));
        refused(Status.ERR_SHARD_GAP, List.of());
        refused(Status.ERR_SHARD_OVERLAP, List.of(low, high));
        assertEquals(
                Status.ERR_GROUPING,
                assertThrows(KinesisAggException.class, () -> new ShardedAggregator(Grouping.SHARD, null)).status());
        Options bad = Options.DEFAULT.withoutOuterHashKey();
        assertEquals(
                Status.ERR_OUTER_HASH_KEY,
                assertThrows(KinesisAggException.class, () -> new ShardedAggregator(Grouping.HASH_KEY, null, bad))
                        .status());
    }

    private static void refused(Status status, List<Shard> shards) {
        assertEquals(status, assertThrows(KinesisAggException.class, () -> new ShardMap(shards)).status());
    }

    @Test
    void hashKeysAreChecked() {
        for (String[] wrong : new String[][] {
            {"-1", "5"}, {"5", "4"}, {"0", "340282366920938463463374607431768211456"}, {"", "1"}, {"a", "b"}, {"٣", "4"}
        }) {
            KinesisAggException refused =
                    assertThrows(KinesisAggException.class, () -> HashKeyRange.of(wrong[0], wrong[1]));
            assertEquals(Status.ERR_HASH_KEY, refused.status());
        }
        HashKeyRange all = HashKeyRange.of("0", "340282366920938463463374607431768211455");
        assertEquals(new HashKeyRange(BigInteger.ZERO, HashKeys.MAX), all);
        // MD5 of the empty text is a known one.
        assertEquals(new BigInteger("d41d8cd98f00b204e9800998ecf8427e", 16), HashKeys.ofPartitionKey(""));
    }
}
