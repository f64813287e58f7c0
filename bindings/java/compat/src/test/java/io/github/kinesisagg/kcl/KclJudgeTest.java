package io.github.kinesisagg.kcl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kinesisagg.Vectors;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.kinesis.lifecycle.LifecycleConfig;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** The real KCL, asked live. */
class KclJudgeTest {
    /**
     * All vectors: both give the same records, field by field, but for what FORMAT.md explains: an index
     * outside its table, and an explicit hash key that is no digits.
     */
    @Test
    void theKclGivesTheSame() {
        Map<String, Integer> differences = new TreeMap<>();
        KclAggregatorUtil ours = new KclAggregatorUtil();
        AggregatorUtil theirs = new AggregatorUtil();
        for (JsonNode vector : Vectors.all()) {
            String id = vector.get("id").asText();
            List<KinesisClientRecord> expected = ask(theirs, vector);
            List<KinesisClientRecord> found = ask(ours, vector);
            if (!expected.equals(found)) {
                String explained = Vectors.explained(vector);
                assertTrue(explained != null, () -> id + ": " + found + ", the KCL gives " + expected);
                differences.merge(explained, 1, Integer::sum);
            }
        }
        assertEquals(Map.of("index", 40, "key", 54), differences);
    }

    private static List<KinesisClientRecord> ask(AggregatorUtil util, JsonNode vector) {
        List<KinesisClientRecord> records = records(vector);
        JsonNode range = vector.get("range");
        if (range == null || range.isNull()) {
            return util.deaggregate(records);
        }
        String start = range.get("startingHashKey").asText();
        return util.deaggregate(records, start, range.get("endingHashKey").asText());
    }

    private static List<KinesisClientRecord> records(JsonNode vector) {
        List<KinesisClientRecord> records = new ArrayList<>();
        for (byte[] blob : Vectors.blobs(vector)) {
            records.add(KinesisClientRecord.builder()
                    .partitionKey("outer")
                    .sequenceNumber("number " + records.size())
                    .approximateArrivalTimestamp(Instant.EPOCH)
                    .encryptionType(EncryptionType.KMS)
                    .data(ByteBuffer.wrap(blob))
                    .build());
        }
        return records;
    }

    /** A KCL application takes it where the KCL asks for an AggregatorUtil. */
    @Test
    void aKclApplicationTakesIt() {
        KclAggregatorUtil util = new KclAggregatorUtil();
        assertSame(util, new LifecycleConfig().aggregatorUtil(util).aggregatorUtil());
    }
}
