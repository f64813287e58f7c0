import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.kinesis.agg.AggRecord;
import com.amazonaws.kinesis.agg.RecordAggregator;
import com.amazonaws.kinesis.deagg.RecordDeaggregator;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import io.github.kinesisagg.Deaggregator;
import io.github.kinesisagg.KinesisRecord;
import io.github.kinesisagg.UserRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** What the installed jars do, in a project that has nothing else of ours. */
class ExamplesTest {
    /** A stream that takes two records of three. */
    private static final class Stream implements KinesisClient {
        final List<KinesisRecord> taken = new ArrayList<>();
        private final Random random = new Random(5);

        @Override
        public PutRecordsResponse putRecords(PutRecordsRequest request) {
            List<PutRecordsResultEntry> results = new ArrayList<>();
            for (PutRecordsRequestEntry entry : request.records()) {
                boolean takes = random.nextInt(3) > 0;
                if (takes) {
                    taken.add(KinesisRecord.of(entry.data().asByteBuffer()));
                }
                String error = takes ? null : "ProvisionedThroughputExceededException";
                results.add(PutRecordsResultEntry.builder().errorCode(error).build());
            }
            return PutRecordsResponse.builder().records(results).build();
        }

        @Override
        public String serviceName() {
            return "kinesis";
        }

        @Override
        public void close() {}
    }

    @Test
    void everythingThatIsPublishedArrivesOnce() throws Exception {
        Stream stream = new Stream();
        try (Publisher publisher = new Publisher(stream, "orders")) {
            for (int number = 0; number < 5000; number++) {
                publisher.publish("customer-" + number % 20, new byte[1000]);
            }
        }
        try (Deaggregator deaggregator = new Deaggregator()) {
            assertEquals(5000, deaggregator.deaggregate(stream.taken).size());
        }
        assertTrue(stream.taken.size() < 50);
    }

    /** The drop-in packs, the handler reads; what it cannot work on is named. */
    @Test
    void theHandlerNamesWhatFailed() throws Exception {
        RecordAggregator aggregator = new RecordAggregator();
        aggregator.addUserRecord("customer-7", new byte[3]);
        aggregator.addUserRecord("customer-9", new byte[0]);
        AggRecord aggregate = aggregator.clearAndGet();
        KinesisEvent.Record kinesis = new KinesisEvent.Record();
        kinesis.withData(ByteBuffer.wrap(aggregate.toRecordBytes())).withPartitionKey("outer");
        kinesis.withSequenceNumber("49");
        KinesisEventRecord record = new KinesisEventRecord();
        record.setKinesis(kinesis);
        KinesisEvent event = new KinesisEvent();
        event.setRecords(List.of(record));

        StreamsEventResponse response = new LambdaHandler().handleRequest(event, null);
        assertEquals("49", response.getBatchItemFailures().get(0).getItemIdentifier());
        List<KinesisClientRecord> read = new RecordDeaggregator<KinesisEventRecord>().deaggregate(event.getRecords());
        assertEquals("customer-9", read.get(1).partitionKey());
    }

    /** The jar has the library for this platform inside. */
    @Test
    void theLibraryComesOutOfTheJar() {
        String place = UserRecord.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        assertTrue(place.endsWith(".jar"), place);
    }
}
