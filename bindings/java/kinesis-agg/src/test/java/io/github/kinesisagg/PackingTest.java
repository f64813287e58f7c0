package io.github.kinesisagg;

import static io.github.kinesisagg.RoundTripTest.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Sizes, limits, and what is refused. */
class PackingTest {
    /** The size is known before, exact to the byte, and no aggregate is over its limit. */
    @Test
    void sizesAreExact() {
        Random random = new Random(7);
        try (Aggregator aggregator = new Aggregator(Options.DEFAULT.withMaxSize(3000))) {
            List<AggregatedRecord> all = new ArrayList<>();
            for (int number = 0; number < 2000; number++) {
                byte[] data = new byte[random.nextInt(400)];
                NewUserRecord record = NewUserRecord.of("clé-" + random.nextInt(50), data);
                if (random.nextInt(4) == 0) {
                    record = record.withExplicitHashKey(Integer.toString(random.nextInt(99)));
                }
                long expected = aggregator.sizeWith(record);
                boolean isFull = aggregator.push(record);
                assertEquals(expected > 3000, isFull);
                if (!isFull) {
                    assertEquals(expected, aggregator.size());
                }
                all.addAll(aggregator.seal());
            }
            all.addAll(aggregator.finish());
            assertTrue(all.size() > 100);
            assertTrue(all.stream().allMatch(it -> it.size() <= 3000));
            assertEquals(2000, all.stream().mapToLong(AggregatedRecord::userRecordCount).sum());
        }
    }

    @Test
    void whatIsRefusedKeepsNoneOut() {
        try (Aggregator aggregator = new Aggregator(Options.DEFAULT.withMaxSize(100))) {
            PushedMany pushed = aggregator.pushMany(List.of(
                    NewUserRecord.of("one", bytes("1")),
                    NewUserRecord.of("", bytes("2")),
                    NewUserRecord.of("a\ud800b", bytes("3")),
                    NewUserRecord.of("large", new byte[500]),
                    NewUserRecord.of("hash", bytes("4")).withExplicitHashKey("007"),
                    NewUserRecord.of("two", bytes("5"))));
            List<String> told = pushed.refused().stream()
                    .map(it -> it.recordIndex().getAsInt() + " " + it.status())
                    .collect(Collectors.toList());
            assertEquals(
                    List.of(
                            "1 ERR_PARTITION_KEY_LENGTH",
                            "2 ERR_NOT_UTF8",
                            "3 ERR_TOO_LARGE",
                            "4 ERR_EXPLICIT_HASH_KEY"),
                    told);
            assertEquals(100, pushed.refused().get(2).limit());
            assertTrue(pushed.refused().get(2).value() > 500);
            assertEquals(256, pushed.refused().get(0).limit());
            assertEquals(2, aggregator.finish().get(0).userRecordCount());
        }
    }

    /** One at a time, the same is thrown, and nothing has changed. */
    @Test
    void whatIsRefusedChangesNothing() {
        try (Aggregator aggregator = new Aggregator(Options.DEFAULT.withMaxSize(100))) {
            aggregator.push("one", bytes("1"));
            long size = aggregator.size();
            refused(Status.ERR_PARTITION_KEY_LENGTH, aggregator, NewUserRecord.of("k".repeat(257), bytes("")));
            refused(Status.ERR_NOT_UTF8, aggregator, NewUserRecord.of("\udc00", bytes("")));
            refused(Status.ERR_TOO_LARGE, aggregator, NewUserRecord.of("k", new byte[101]));
            refused(Status.ERR_EXPLICIT_HASH_KEY, aggregator, NewUserRecord.of("k", bytes("")).withExplicitHashKey(""));
            refused(
                    Status.ERR_TOO_LARGE,
                    aggregator,
                    NewUserRecord.of("k", new byte[101]).withTags(List.of(new Tag("a", "b"))));
            assertEquals(size, aggregator.size());
            assertEquals(1, aggregator.openUserRecordCount());
            aggregator.discard();
        }
    }

    private static void refused(Status status, Aggregator aggregator, NewUserRecord record) {
        KinesisAggException refused = assertThrows(KinesisAggException.class, () -> aggregator.push(record));
        assertEquals(status, refused.status());
    }

    /** Keys of 256 characters pass, however many bytes they have; a question mark is one. */
    @Test
    void keysAreCountedInCharacters() {
        for (String key : List.of("é".repeat(256), "\ud83d\ude00".repeat(256), "what?", "k")) {
            byte[] blob = ShardingTest.pack(key, bytes("x"));
            try (Deaggregator deaggregator = new Deaggregator()) {
                assertEquals(key, deaggregator.deaggregate(KinesisRecord.of(blob)).get(0).partitionKey());
            }
        }
    }

    /** What has no room is not taken; an empty aggregate takes it. */
    @Test
    void offersAreTakenWhileThereIsRoom() {
        try (Aggregator aggregator = new Aggregator(Options.DEFAULT.withMaxSize(120).withMaxCount(3))) {
            assertTrue(aggregator.offer("key", new byte[50], null));
            assertFalse(aggregator.offer("key", new byte[60], null));
            assertTrue(aggregator.offer("key", new byte[1], "7"));
            assertTrue(aggregator.offer("key", new byte[1], null));
            assertFalse(aggregator.offer("key", new byte[1], null));
            assertEquals(3, aggregator.finish().get(0).userRecordCount());
            assertThrows(KinesisAggException.class, () -> aggregator.offer("key", new byte[120], null));
        }
    }

    @Test
    void optionsAreChecked() {
        for (Options wrong : List.of(
                Options.DEFAULT.withMaxSize(0),
                Options.DEFAULT.withMaxSize((10 << 20) + 1),
                Options.DEFAULT.withMaxCount(0))) {
            assertEquals(
                    Status.ERR_OPTION,
                    assertThrows(KinesisAggException.class, () -> new Aggregator(wrong)).status());
        }
        assertEquals(
                Status.ERR_LENGTH,
                assertThrows(KinesisAggException.class, () -> new Aggregator(Options.DEFAULT.withMaxSize(-1)))
                        .status());
    }

    /** User records that wait are not lost by closing. */
    @Test
    void closingLosesNothing() {
        Aggregator aggregator = new Aggregator();
        aggregator.push("key", bytes("data"));
        UnsentException unsent = assertThrows(UnsentException.class, aggregator::close);
        assertEquals(1, unsent.userRecords());
        assertEquals(1, aggregator.finish().size());
        aggregator.close();
        assertTrue(aggregator.isClosed());
    }

    @Test
    void aSingleUserRecordGoesAsItIs() {
        try (Aggregator aggregator = new Aggregator()) {
            aggregator.push("key", bytes("data"), "7");
            AggregatedRecord bare = aggregator.finish().get(0);
            assertFalse(bare.isFramed());
            assertEquals(bytes("data").length + 3, bare.size());
            assertEquals("7", bare.explicitHashKey());
            assertTrue(bare.data().isReadOnly());
        }
    }
}
