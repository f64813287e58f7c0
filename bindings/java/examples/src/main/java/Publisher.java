import io.github.kinesisagg.AggregatedRecord;
import io.github.kinesisagg.SdkRecords;
import io.github.kinesisagg.ShardedAggregator;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/**
 * An aggregator in front of {@code PutRecords}: grouped by hash key, so that every reader gets all.
 *
 * <p>What the service does not take is sent again, ten times at most; then {@link #publish} and {@link
 * #close} throw.
 */
public final class Publisher implements AutoCloseable {
    private static final int ENTRIES = 500;
    private static final long BYTES = 5 << 20;
    private static final int ATTEMPTS = 10;

    private final KinesisClient client;
    private final String streamName;
    private final ShardedAggregator aggregator = new ShardedAggregator();

    public Publisher(KinesisClient client, String streamName) {
        this.client = client;
        this.streamName = streamName;
    }

    public void publish(String partitionKey, byte[] data) throws InterruptedException {
        if (aggregator.push(partitionKey, data)) {
            send(aggregator.seal());
        }
    }

    @Override
    public void close() throws InterruptedException {
        send(aggregator.finish());
        aggregator.close();
    }

    /** In requests that the service takes. */
    private void send(List<AggregatedRecord> records) throws InterruptedException {
        List<PutRecordsRequestEntry> request = new ArrayList<>();
        long bytes = 0;
        for (AggregatedRecord record : records) {
            if (request.size() == ENTRIES || bytes + record.size() > BYTES) {
                put(request);
                request = new ArrayList<>();
                bytes = 0;
            }
            request.add(SdkRecords.entry(record));
            bytes += record.size();
        }
        put(request);
    }

    private void put(List<PutRecordsRequestEntry> entries) throws InterruptedException {
        List<PutRecordsRequestEntry> left = entries;
        for (int attempt = 0; !left.isEmpty(); attempt++) {
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException(left.size() + " records were not taken");
            }
            Thread.sleep(attempt * 20L);
            left = putOnce(left);
        }
    }

    /** What was not taken. */
    private List<PutRecordsRequestEntry> putOnce(List<PutRecordsRequestEntry> entries) {
        PutRecordsResponse response =
                client.putRecords(request -> request.streamName(streamName).records(entries));
        List<PutRecordsRequestEntry> left = new ArrayList<>();
        for (int place = 0; place < entries.size(); place++) {
            if (response.records().get(place).errorCode() != null) {
                left.add(entries.get(place));
            }
        }
        return left;
    }
}
