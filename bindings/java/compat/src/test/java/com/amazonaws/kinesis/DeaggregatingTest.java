package com.amazonaws.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.amazonaws.kinesis.agg.RecordAggregator;
import com.amazonaws.kinesis.deagg.RecordDeaggregator;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.kinesisagg.Vectors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** The programs of the original's documentation, and its answers. */
class DeaggregatingTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<KinesisEventRecord> lambdaRecords(byte[]... blobs) {
        List<KinesisEventRecord> records = new ArrayList<>();
        for (byte[] blob : blobs) {
            KinesisEvent.Record kinesis = new KinesisEvent.Record();
            kinesis.withPartitionKey("outer").withSequenceNumber("7").withData(ByteBuffer.wrap(blob));
            kinesis.withApproximateArrivalTimestamp(new Date(1_000));
            KinesisEventRecord record = new KinesisEventRecord();
            record.setKinesis(kinesis);
            records.add(record);
        }
        return records;
    }

    private static byte[] aggregate() throws Exception {
        RecordAggregator aggregator = new RecordAggregator();
        aggregator.addUserRecord("one", bytes("1"));
        aggregator.addUserRecord("two", "12", bytes("2"));
        return aggregator.clearAndGet().toRecordBytes();
    }

    /** By stream, by processor, as a list, and one alone. */
    @Test
    void allWaysGiveTheSame() throws Exception {
        RecordDeaggregator<KinesisEventRecord> deaggregator = new RecordDeaggregator<>();
        List<KinesisEventRecord> records = lambdaRecords(aggregate(), bytes("plain"));
        List<String> expected = List.of("one 7:0", "two 7:1", "outer 7:0");

        List<String> seen = new ArrayList<>();
        deaggregator.stream(records.stream(), userRecord -> seen.add(told(userRecord)));
        assertEquals(expected, seen);

        seen.clear();
        deaggregator.processRecords(records, new RecordDeaggregator.KinesisUserRecordProcessor() {
            @Override
            public Void process(List<KinesisClientRecord> userRecords) {
                userRecords.forEach(userRecord -> seen.add(told(userRecord)));
                return null;
            }
        });
        assertEquals(expected, seen);
        assertEquals(expected, told(deaggregator.deaggregate(records)));
        assertEquals(expected.subList(0, 2), told(deaggregator.deaggregate(records.get(0))));
        assertEquals(List.of(), deaggregator.deaggregate(new ArrayList<>()));
    }

    private static String told(KinesisClientRecord record) {
        return record.partitionKey() + " " + record.sequenceNumber() + ":" + record.subSequenceNumber();
    }

    private static List<String> told(List<KinesisClientRecord> records) {
        return records.stream().map(DeaggregatingTest::told).collect(Collectors.toList());
    }

    /** Data has an array of its own, as programs expect that call array(). */
    @Test
    void dataHasItsOwnArray() throws Exception {
        Record record = Record.builder()
                .partitionKey("outer")
                .sequenceNumber("7")
                .data(SdkBytes.fromByteArray(aggregate()))
                .build();
        List<KinesisClientRecord> read = new RecordDeaggregator<Record>().deaggregate(List.of(record));
        assertEquals("2", new String(read.get(1).data().array(), StandardCharsets.UTF_8));
        assertEquals("12", read.get(1).explicitHashKey());
    }

    /** Records of other classes are refused, wherever they stand. */
    @Test
    void otherClassesAreRefused() {
        RecordDeaggregator<Object> deaggregator = new RecordDeaggregator<>();
        List<Object> mixed = new ArrayList<>(lambdaRecords(bytes("plain")));
        mixed.add("no record");
        assertThrows(Exception.class, () -> deaggregator.deaggregate(mixed));
        assertThrows(Exception.class, () -> deaggregator.deaggregate((Object) "no record"));
    }

    /** Over the vectors without a range, what the KCL hands out comes out, field by field. */
    @Test
    void whatTheKclHandsOutComesOut() throws Exception {
        int compared = 0;
        for (JsonNode vector : Vectors.all()) {
            byte[][] blobs = Vectors.blobs(vector).toArray(new byte[0][]);
            String outcome = vector.get("kcl").get("outcome").asText();
            List<KinesisClientRecord> ours = new RecordDeaggregator<KinesisEventRecord>().deaggregate(lambdaRecords(blobs));
            boolean ranged = vector.hasNonNull("range");
            if (ranged || outcome.equals("dropped") || outcome.equals("partial") || Vectors.explained(vector) != null) {
                continue;
            }
            List<KinesisClientRecord> outer = new ArrayList<>();
            for (KinesisEventRecord record : lambdaRecords(blobs)) {
                outer.add(KinesisClientRecord.fromRecord(
                        com.amazonaws.kinesis.deagg.util.DeaggregationUtils.convertOne(record)));
            }
            assertEquals(new AggregatorUtil().deaggregate(outer), ours, vector.get("id").asText());
            compared++;
        }
        assertEquals(true, compared > 1000, compared + " compared");
    }
}
