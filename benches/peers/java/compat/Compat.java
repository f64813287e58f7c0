// Our drop-in for the awslabs Java modules: both ways.

import com.amazonaws.kinesis.agg.AggRecord;
import com.amazonaws.kinesis.agg.RecordAggregator;
import com.amazonaws.kinesis.deagg.RecordDeaggregator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

final class Compat {
    /** As the program of the original: the limit is 1 MiB and fixed. */
    private static final int LIMIT = 51_200;

    private static final int AROUND = 64;

    public static void main(String[] arguments) throws Exception {
        List<Peer.Pair> pairs = Peer.read(arguments[1]);
        Peer peer = arguments[0].equals("aggregate")
                ? new Peer(visitor -> pack(pairs, visitor), pairs.size())
                : new Peer(deaggregate(pairs));
        peer.serve("io.github.kinesis-agg", "kinesis-agg-compat", "jni");
    }

    private static Peer.Work deaggregate(List<Peer.Pair> pairs) {
        List<Record> records = new ArrayList<>();
        for (Peer.Pair pair : pairs) {
            records.add(Record.builder()
                    .partitionKey(pair.key())
                    .sequenceNumber(Integer.toString(records.size()))
                    .data(SdkBytes.fromByteArrayUnsafe(pair.data()))
                    .build());
        }
        RecordDeaggregator<Record> deaggregator = new RecordDeaggregator<>();
        return visitor -> {
            for (KinesisClientRecord user : deaggregator.deaggregate(records)) {
                visitor.visit(user.partitionKey(), user.data());
            }
        };
    }

    private static void pack(List<Peer.Pair> users, Peer.Visitor visitor) throws Exception {
        RecordAggregator aggregator = new RecordAggregator();
        for (Peer.Pair user : users) {
            int more = user.key().length() + user.data().length + AROUND;
            if (aggregator.getNumUserRecords() > 0 && aggregator.getSizeBytes() + more > LIMIT) {
                emit(aggregator.clearAndGet(), visitor);
            }
            AggRecord full = aggregator.addUserRecord(user.key(), user.data());
            if (full != null) {
                emit(full, visitor);
            }
        }
        if (aggregator.getNumUserRecords() > 0) {
            emit(aggregator.clearAndGet(), visitor);
        }
    }

    private static void emit(AggRecord record, Peer.Visitor visitor) {
        visitor.visit(record.getPartitionKey(), ByteBuffer.wrap(record.toRecordBytes()));
    }
}
