package io.github.kinesisagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The behaviour suite: what the KCL says of the vectors, and what was packed into them. */
class VectorsTest {
    /**
     * Every vector gives the KCL's verdict, but for the differences that FORMAT.md explains: an index
     * outside its table, an explicit hash key that is no digits, and a range that is none.
     */
    @Test
    void vectorsGiveTheVerdictOfTheKcl() throws IOException {
        Map<String, Integer> differences = new TreeMap<>();
        for (JsonNode vector : Vectors.all()) {
            String difference = difference(vector);
            if (difference != null) {
                differences.merge(difference, 1, Integer::sum);
            }
        }
        assertEquals(Map.of("index", 40, "key", 54, "range", 1), differences);
    }

    /** Null when the verdict is the KCL's; else the reason, which has to be a known one. */
    private static String difference(JsonNode vector) throws IOException {
        String id = vector.get("id").asText();
        HashKeyRange range;
        try {
            range = range(vector.get("range"));
        } catch (KinesisAggException none) {
            assertEquals("ranges/range-one-reversed", id);
            assertEquals(Status.ERR_HASH_KEY, none.status());
            return "range";
        }
        List<String> expected = verdict(vector);
        try (Deaggregator deaggregator = new Deaggregator(range, RangePolicy.DROP_AGGREGATE)) {
            Batch batch = deaggregator.deaggregate(KinesisRecord.listOf(Vectors.blobs(vector)));
            List<String> found = new ArrayList<>();
            for (UserRecord record : batch) {
                assertEquals(record, batch.get(found.size()), id);
                found.add(record.isAggregated() ? told(record) : "plain " + record.recordIndex());
            }
            assertEquals(found.size(), batch.size(), id);
            assertEquals(found.size(), batch.stream().count(), id);
            if (found.equals(expected)) {
                return null;
            }
        }
        String explained = Vectors.explained(vector);
        assertNotNull(explained, id);
        return explained;
    }

    /** What lies below 0 and above 2^128-1 holds no hash key. */
    private static HashKeyRange range(JsonNode range) {
        if (range == null || range.isNull()) {
            return new HashKeyRange(BigInteger.ZERO, HashKeys.MAX);
        }
        BigInteger start = new BigInteger(range.get("startingHashKey").asText());
        BigInteger end = new BigInteger(range.get("endingHashKey").asText());
        return new HashKeyRange(start.max(BigInteger.ZERO), end.min(HashKeys.MAX));
    }

    private static List<String> verdict(JsonNode vector) {
        List<String> verdict = new ArrayList<>();
        JsonNode kcl = vector.get("kcl");
        if (kcl.get("outcome").asText().equals("passthrough")) {
            verdict.add("plain 0");
        }
        for (JsonNode record : kcl.get("records")) {
            if (record.has("aggregated") && !record.get("aggregated").asBoolean()) {
                verdict.add("plain " + record.get("source").asInt());
            } else {
                verdict.add(told(record));
            }
        }
        return verdict;
    }

    private static String told(JsonNode record) {
        String explicit = record.get("explicitHashKey").isNull() ? null : record.get("explicitHashKey").asText();
        int source = record.has("source") ? record.get("source").asInt() : 0;
        return String.join(
                "|",
                Integer.toString(source),
                record.get("subSequenceNumber").asText(),
                record.get("partitionKey").asText(),
                explicit,
                record.get("data").asText());
    }

    private static String told(UserRecord record) {
        return String.join(
                "|",
                Integer.toString(record.recordIndex()),
                Integer.toString(record.subSequenceNumber()),
                record.partitionKey(),
                record.explicitHashKey(),
                Base64.getEncoder().encodeToString(record.dataBytes()));
    }

    /** What a producer was given comes out with its tags, and packs into the KPL's bytes. */
    @Test
    void whatTheKplPacksIsPackedAlike() throws IOException {
        int packed = 0;
        int tagged = 0;
        for (JsonNode vector : Vectors.all()) {
            boolean isKpl = vector.get("id").asText().startsWith("kpl");
            if (!vector.hasNonNull("input") || !vector.hasNonNull("aggregate")) {
                continue;
            }
            List<NewUserRecord> input = input(vector.get("input"));
            tagged += (int) input.stream().filter(it -> !it.tags().isEmpty()).count();
            byte[] aggregate = vector.get("aggregate").binaryValue();
            try (Deaggregator deaggregator = new Deaggregator()) {
                Batch batch = deaggregator.deaggregate(KinesisRecord.of(aggregate));
                if (vector.path("faithful").asBoolean() && batch.get(0).isAggregated()) {
                    for (int place = 0; place < input.size(); place++) {
                        assertEquals(input.get(place).tags(), batch.get(place).tags(), vector.get("id").asText());
                        assertEquals(input.get(place).data(), batch.get(place).data());
                    }
                }
                if (isKpl && batch.size() > 0 && batch.get(0).isAggregated()) {
                    assertEquals(KinesisRecord.of(aggregate).data(), pack(batch), vector.get("id").asText());
                    packed++;
                }
            }
        }
        assertEquals(true, packed >= 50, packed + " of the KPL");
        assertEquals(true, tagged > 0);
    }

    private static java.nio.ByteBuffer pack(Batch batch) {
        Aggregator aggregator = new Aggregator(Options.DEFAULT.withFramedSingles());
        batch.forEach(record -> aggregator.push(NewUserRecord.of(record)));
        List<AggregatedRecord> records = aggregator.finish();
        aggregator.close();
        assertEquals(1, records.size());
        return records.get(0).data();
    }

    private static List<NewUserRecord> input(JsonNode input) throws IOException {
        List<NewUserRecord> records = new ArrayList<>();
        for (JsonNode one : input) {
            List<Tag> tags = new ArrayList<>();
            if (one.hasNonNull("tags")) {
                for (JsonNode tag : one.get("tags")) {
                    String value = tag.hasNonNull("value") ? tag.get("value").asText() : null;
                    tags.add(new Tag(tag.get("key").asText(), value));
                }
            }
            records.add(NewUserRecord.of(one.get("partitionKey").asText(), one.get("data").binaryValue())
                    .withTags(tags));
        }
        return records;
    }
}
