package io.github.kinesisagg.kcl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kinesisagg.Batch;
import io.github.kinesisagg.Deaggregator;
import io.github.kinesisagg.HashKeyRange;
import io.github.kinesisagg.HashKeys;
import io.github.kinesisagg.KinesisRecord;
import io.github.kinesisagg.Placement;
import io.github.kinesisagg.RangePolicy;
import io.github.kinesisagg.RecordReport;
import io.github.kinesisagg.Status;
import io.github.kinesisagg.UserRecord;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
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
                String explained = explained(vector);
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

    /** The difference that FORMAT.md allows for this vector, or null. */
    private static String explained(JsonNode vector) {
        HashKeyRange all = new HashKeyRange(BigInteger.ZERO, HashKeys.MAX);
        try (Deaggregator deaggregator = new Deaggregator(all, RangePolicy.KEEP_ALL)) {
            Batch batch = deaggregator.deaggregate(KinesisRecord.listOf(Vectors.blobs(vector)));
            for (RecordReport report : batch.reports()) {
                if (report.status() == Status.INDEX_OUTSIDE_TABLE) {
                    return "index";
                }
            }
            for (UserRecord userRecord : batch) {
                if (userRecord.placement() == Placement.UNPLACEABLE) {
                    return "key";
                }
            }
        }
        return null;
    }
}
