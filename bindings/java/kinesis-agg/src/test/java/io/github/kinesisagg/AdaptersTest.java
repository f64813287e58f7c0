package io.github.kinesisagg;

import static io.github.kinesisagg.RoundTripTest.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;

/** Classes of Lambda and of the SDK. */
class AdaptersTest {
    private static KinesisEvent event(byte[]... blobs) {
        List<KinesisEventRecord> records = new ArrayList<>();
        for (byte[] blob : blobs) {
            KinesisEvent.Record kinesis = new KinesisEvent.Record();
            kinesis.setData(ByteBuffer.wrap(blob));
            kinesis.setPartitionKey("outer");
            kinesis.setSequenceNumber("number " + records.size());
            KinesisEventRecord record = new KinesisEventRecord();
            record.setKinesis(kinesis);
            records.add(record);
        }
        KinesisEvent event = new KinesisEvent();
        event.setRecords(records);
        return event;
    }

    /** The user record that fails ends the batch, and names its Kinesis record. */
    @Test
    void failuresNameTheirKinesisRecord() {
        KinesisEvent event = event(
                ShardingTest.pack("a", bytes("1"), bytes("2")),
                bytes("plain"),
                ShardingTest.pack("b", bytes("3"), bytes("4")));
        List<String> seen = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        StreamsEventResponse response = LambdaEvents.process(
                event,
                userRecord -> {
                    seen.add(userRecord.partitionKey());
                    if (userRecord.dataBytes()[0] == '3') {
                        throw new Exception("of the test");
                    }
                },
                (userRecord, failure) -> failed.add(userRecord.sequenceNumber() + ": " + failure.getMessage()));
        assertEquals(List.of("a", "a", "outer", "b"), seen);
        assertEquals(List.of("number 2: of the test"), failed);
        assertEquals(1, response.getBatchItemFailures().size());
        assertEquals("number 2", response.getBatchItemFailures().get(0).getItemIdentifier());
        assertEquals(0, LambdaEvents.process(event, it -> {}).getBatchItemFailures().size());
    }

    @Test
    void recordsOfTheSdkKeepWhatTheyAre() {
        Record record = Record.builder()
                .partitionKey("outer")
                .sequenceNumber("7")
                .data(SdkBytes.fromByteArray(ShardingTest.pack("inner", bytes("1"), bytes("2"))))
                .build();
        try (Deaggregator deaggregator = new Deaggregator()) {
            Batch batch = deaggregator.deaggregate(SdkRecords.records(List.of(record)));
            assertEquals(2, batch.size());
            assertEquals("inner", batch.get(1).partitionKey());
            assertEquals("7", batch.get(1).sequenceNumber());
            assertSame(record, batch.get(1).record().source());
        }
    }

    @Test
    void entriesHaveAllThatIsToBeSent() {
        try (Aggregator aggregator = new Aggregator()) {
            aggregator.push("key", bytes("1"));
            PutRecordsRequestEntry bare = SdkRecords.entry(aggregator.finish().get(0));
            assertEquals("key", bare.partitionKey());
            assertNull(bare.explicitHashKey());
            assertEquals("1", bare.data().asUtf8String());
            aggregator.push("key", bytes("1"));
            aggregator.push("key", bytes("2"));
            PutRecordsRequestEntry framed = SdkRecords.entry(aggregator.finish().get(0));
            assertEquals(HashKeys.ofPartitionKey("key").toString(), framed.explicitHashKey());
        }
    }

    @Test
    void shardMapsKnowClosedShards() {
        String top = HashKeys.MAX.toString();
        try (ShardMap map = SdkRecords.shardMap(List.of(
                shard("old", "0", top, "99"), shard("new", "0", top, null)))) {
            assertEquals("new", map.predict("key"));
            assertEquals(2, map.shards().size());
            assertEquals(true, map.shards().get(0).isClosed());
        }
    }

    private static software.amazon.awssdk.services.kinesis.model.Shard shard(
            String id, String start, String end, String endingSequenceNumber) {
        return software.amazon.awssdk.services.kinesis.model.Shard.builder()
                .shardId(id)
                .hashKeyRange(range -> range.startingHashKey(start).endingHashKey(end))
                .sequenceNumberRange(range -> range.startingSequenceNumber("1").endingSequenceNumber(endingSequenceNumber))
                .build();
    }
}
