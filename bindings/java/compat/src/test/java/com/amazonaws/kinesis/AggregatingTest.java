package com.amazonaws.kinesis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.kinesis.agg.AggRecord;
import com.amazonaws.kinesis.agg.RecordAggregator;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.kinesisagg.HashKeys;
import io.github.kinesisagg.Vectors;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** The drop-in writes what the original does where that is right; the KCL reads it. */
class AggregatingTest {
    private static final int LIMIT = 1024 * 1024;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The user records that the KCL finds. */
    private static List<KinesisClientRecord> read(AggRecord record) {
        KinesisClientRecord outer = KinesisClientRecord.builder()
                .partitionKey(record.getPartitionKey())
                .data(ByteBuffer.wrap(record.toRecordBytes()))
                .build();
        return new AggregatorUtil().deaggregate(List.of(outer));
    }

    /**
     * What version 2.0.7 was given and wrote: keys and data are the same to the KCL, and where all had
     * explicit hash keys, so are the bytes, and the keys of the Kinesis record. Else the original wrote
     * explicit hash keys that nobody gave, or such as 0007.
     */
    @Test
    void recordingsOfTheOriginalAreMatched() throws Exception {
        int same = 0;
        int all = 0;
        for (JsonNode vector : Vectors.all()) {
            String id = vector.get("id").asText();
            if (!id.startsWith("java") || vector.get("input").isNull()) {
                continue;
            }
            all++;
            AggRecord ours = new AggRecord();
            boolean allGiven = true;
            for (JsonNode one : vector.get("input")) {
                String explicit = one.get("explicitHashKey").isNull() ? null : one.get("explicitHashKey").asText();
                allGiven &= explicit != null && explicit.equals(asTheServiceTakesIt(explicit));
                assertTrue(ours.addUserRecord(one.get("partitionKey").asText(), explicit, one.get("data").binaryValue()), id);
            }
            byte[] original = vector.get("aggregate").binaryValue();
            assertEquals(vector.get("kinesisPartitionKey").asText(), ours.getPartitionKey(), id);
            assertEquals(
                    asTheServiceTakesIt(vector.get("kinesisExplicitHashKey").asText()), ours.getExplicitHashKey(), id);
            if (allGiven) {
                assertArrayEquals(original, ours.toRecordBytes(), id);
                assertEquals(original.length, ours.getSizeBytes(), id);
                same++;
            }
            assertTrue(ours.toRecordBytes().length <= original.length, id);
            assertKeysAsGiven(vector, read(ours));
        }
        assertTrue(all >= 30 && same >= 3, all + " recordings, " + same + " the same");
    }

    /** The original takes 0007 and sends it, which the service refuses. */
    private static String asTheServiceTakesIt(String explicitHashKey) {
        return explicitHashKey == null ? null : new BigInteger(explicitHashKey).toString();
    }

    private static void assertKeysAsGiven(JsonNode vector, List<KinesisClientRecord> read) throws Exception {
        String id = vector.get("id").asText();
        assertEquals(vector.get("input").size(), read.size(), id);
        for (int place = 0; place < read.size(); place++) {
            JsonNode given = vector.get("input").get(place);
            String explicit = given.get("explicitHashKey").isNull() ? null : given.get("explicitHashKey").asText();
            assertEquals(given.get("partitionKey").asText(), read.get(place).partitionKey(), id);
            assertEquals(asTheServiceTakesIt(explicit), read.get(place).explicitHashKey(), id);
            assertEquals(ByteBuffer.wrap(given.get("data").binaryValue()), read.get(place).data(), id);
        }
    }

    /** Batch by batch, as the documentation shows: all come out, and none is over the limit. */
    @Test
    void batchesAreFullAndNeverOverTheLimit() throws Exception {
        RecordAggregator aggregator = new RecordAggregator();
        List<AggRecord> all = new ArrayList<>();
        int count = 3000;
        for (int number = 0; number < count; number++) {
            String key = "clé-".repeat(30) + number % 500;
            AggRecord full = aggregator.addUserRecord(key, number % 3 == 0 ? "" + number : null, new byte[1000]);
            if (full != null) {
                all.add(full);
            }
        }
        AggRecord rest = aggregator.clearAndGet();
        assertNull(aggregator.clearAndGet());
        all.add(rest);
        assertTrue(all.size() > 2);
        int seen = 0;
        for (AggRecord record : all) {
            int size = record.toRecordBytes().length;
            assertEquals(size, record.getSizeBytes());
            assertTrue(size + bytes(record.getPartitionKey()).length <= LIMIT);
            assertEquals(record.getNumUserRecords(), read(record).size());
            seen += record.getNumUserRecords();
        }
        assertTrue(all.get(0).getSizeBytes() > LIMIT - 2000);
        assertEquals(count, seen);
    }

    /** With callbacks, as the documentation shows. */
    @Test
    void listenersAreTold() throws Exception {
        RecordAggregator aggregator = new RecordAggregator();
        CountDownLatch told = new CountDownLatch(2);
        aggregator.onRecordComplete(record -> told.countDown());
        aggregator.onRecordComplete(record -> told.countDown(), Runnable::run);
        for (int number = 0; number < 3; number++) {
            aggregator.addUserRecord("key", new byte[500_000]);
        }
        assertTrue(told.await(10, TimeUnit.SECONDS));
        aggregator.clearListeners();
        aggregator.clearRecord();
        assertEquals(0, aggregator.getNumUserRecords());
        assertEquals(0, aggregator.getSizeBytes());
    }

    /** A listener may use its aggregator; one that is refused by its executor loses nothing. */
    @Test
    void listenersMayCallBackAndFail() throws Exception {
        RecordAggregator aggregator = new RecordAggregator();
        List<AggRecord> seen = new ArrayList<>();
        aggregator.onRecordComplete(
                record -> {
                    seen.add(record);
                    try {
                        aggregator.addUserRecord("inner", bytes("called back"));
                    } catch (Exception refused) {
                        throw new IllegalStateException(refused);
                    }
                },
                Runnable::run);
        aggregator.addUserRecord("one", new byte[600_000]);
        AggRecord full = aggregator.addUserRecord("two", new byte[600_000]);
        assertEquals(List.of(full), seen);
        assertEquals("one", full.getPartitionKey());
        List<String> rest = new ArrayList<>();
        read(aggregator.clearAndGet()).forEach(record -> rest.add(record.partitionKey()));
        assertEquals(List.of("inner", "two"), rest);
        aggregator.clearListeners();
        aggregator.clearRecord();

        aggregator.addUserRecord("kept", new byte[600_000]);
        aggregator.onRecordComplete(record -> {}, task -> {
            throw new RejectedExecutionException("of the test");
        });
        assertThrows(
                RejectedExecutionException.class, () -> aggregator.addUserRecord("more", new byte[600_000]));
        assertEquals("kept", aggregator.clearAndGet().getPartitionKey());
    }

    /** What is refused changes nothing, and never takes a full aggregate along. */
    @Test
    void refusalsChangeNothing() throws Exception {
        RecordAggregator aggregator = new RecordAggregator();
        aggregator.addUserRecord("key", new byte[LIMIT - 100]);
        int size = (int) aggregator.getSizeBytes();
        for (Object[] wrong : new Object[][] {
            {null, null, new byte[1]},
            {"", null, new byte[1]},
            {"k".repeat(257), null, new byte[1]},
            {"k".repeat(257), null, new byte[500]},
            {"key", "-1", new byte[500]},
            {"key", "abc", new byte[1]},
            {"key", HashKeys.MAX + "0", new byte[1]},
            {"key", null, null},
            {"key", null, new byte[LIMIT]},
            {"key", null, new byte[LIMIT - 20]},
        }) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> aggregator.addUserRecord((String) wrong[0], (String) wrong[1], (byte[]) wrong[2]));
            assertEquals(size, aggregator.getSizeBytes());
            assertEquals(1, aggregator.getNumUserRecords());
        }
        assertThrows(IllegalArgumentException.class, () -> aggregator.addUserRecord((KinesisClientRecord) null));
    }

    /** Bytes may be asked for at any time, and more be added afterwards. */
    @Test
    void askingForBytesChangesNothing() {
        AggRecord one = new AggRecord();
        AggRecord other = new AggRecord();
        assertArrayEquals(new byte[0], one.toRecordBytes());
        assertNull(one.toPutRecordsRequestEntry());
        assertNull(one.getPartitionKey());
        assertNull(one.getExplicitHashKey());
        for (int number = 0; number < 20; number++) {
            String explicit = number % 2 == 0 ? null : "" + number;
            assertTrue(one.addUserRecord("key-" + number % 5, explicit, bytes("data")));
            assertTrue(other.addUserRecord("key-" + number % 5, explicit, bytes("data")));
            assertArrayEquals(one.toRecordBytes(), one.toRecordBytes());
            assertEquals(one.getSizeBytes(), other.getSizeBytes());
        }
        assertArrayEquals(other.toRecordBytes(), one.toRecordBytes());
        assertEquals(20, one.getNumUserRecords());
        one.clear();
        assertEquals(0, one.getSizeBytes());
        assertTrue(one.addUserRecord("again", null, bytes("")));
        assertEquals("again", read(one).get(0).partitionKey());
    }

    /** Requests carry partition key, explicit hash key and data. */
    @Test
    void requestsHaveAllThatIsToBeSent() {
        AggRecord record = new AggRecord();
        record.addUserRecord("key", "007", bytes("data"));
        PutRecordsRequest request = record.toPutRecordRequest("stream");
        assertEquals("stream", request.streamName());
        assertEquals("key", request.records().get(0).partitionKey());
        // As the service takes it: without leading zeros.
        assertEquals("7", request.records().get(0).explicitHashKey());
        assertArrayEquals(record.toRecordBytes(), request.records().get(0).data().asByteArray());
    }

    /** Partition keys that other modules get wrong: numbers, names of JavaScript, not ASCII. */
    @Test
    void keysAreRight() {
        AggRecord record = new AggRecord();
        List<String> keys = List.of("7", "1", "__proto__", "é".repeat(256), "7", "\ud83d\ude00", "a?b");
        for (String key : keys) {
            assertTrue(record.addUserRecord(key, null, bytes(key)));
        }
        List<KinesisClientRecord> read = read(record);
        for (int place = 0; place < keys.size(); place++) {
            assertEquals(keys.get(place), read.get(place).partitionKey());
            assertNull(read.get(place).explicitHashKey());
        }
        assertThrows(IllegalArgumentException.class, () -> record.addUserRecord("\ud800", null, bytes("")));
        assertEquals(HashKeys.ofPartitionKey("7").toString(), record.getExplicitHashKey());
    }

    /** A subclass may make its own explicit hash keys, as with the original. */
    @Test
    void subclassesMakeTheirOwnHashKeys() {
        AggRecord record = new AggRecord() {
            @Override
            protected String createExplicitHashKey(String partitionKey) {
                return "12";
            }
        };
        assertTrue(record.addUserRecord("key", null, bytes("data")));
        assertEquals("12", record.getExplicitHashKey());
        assertEquals("12", read(record).get(0).explicitHashKey());
    }

    /** Part of a buffer is a user record's data; its position stays. */
    @Test
    void buffersAreReadFromTheirPosition() throws Exception {
        ByteBuffer data = ByteBuffer.wrap(bytes("__data__"), 2, 4);
        RecordAggregator aggregator = new RecordAggregator();
        aggregator.addUserRecord(KinesisClientRecord.builder().partitionKey("key").data(data).build());
        assertEquals(4, data.remaining());
        assertEquals(ByteBuffer.wrap(bytes("data")), read(aggregator.clearAndGet()).get(0).data());
        assertFalse(data.isReadOnly());
    }
}
