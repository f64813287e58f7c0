// Our drop-in for the awslabs Java modules: both ways. It packs by the original's program.

import com.amazonaws.kinesis.deagg.RecordDeaggregator;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

final class Compat {
    public static void main(String[] arguments) throws Exception {
        List<Peer.Pair> pairs = Peer.read(arguments[1]);
        Peer peer = arguments[0].equals("aggregate")
                ? new Peer(visitor -> Aggregator.pack(pairs, visitor), pairs.size())
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
}
