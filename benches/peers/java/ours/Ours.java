// Our Java binding: both ways.

import io.github.kinesisagg.AggregatedRecord;
import io.github.kinesisagg.Aggregator;
import io.github.kinesisagg.Deaggregator;
import io.github.kinesisagg.KinesisRecord;
import io.github.kinesisagg.Options;
import io.github.kinesisagg.UserRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

final class Ours {
    private static final int LIMIT = 51_200;
    /** So many bytes of data are pushed, and what is full is sealed. */
    private static final int TOGETHER = 16 * LIMIT;

    public static void main(String[] arguments) throws Exception {
        List<Peer.Pair> pairs = Peer.read(arguments[1]);
        Peer peer = arguments[0].equals("aggregate")
                ? new Peer(visitor -> pack(pairs, visitor), pairs.size())
                : new Peer(deaggregate(pairs));
        peer.serve("io.github.kinesis-agg", "kinesis-agg", "jni");
    }

    private static Peer.Work deaggregate(List<Peer.Pair> pairs) {
        List<KinesisRecord> records = new ArrayList<>();
        for (Peer.Pair pair : pairs) {
            String number = Integer.toString(records.size());
            records.add(KinesisRecord.of(pair.key(), number, ByteBuffer.wrap(pair.data())));
        }
        Deaggregator deaggregator = new Deaggregator();
        return visitor -> {
            for (UserRecord user : deaggregator.deaggregate(records)) {
                visitor.visit(user.partitionKey(), user.data());
            }
        };
    }

    private static void pack(List<Peer.Pair> users, Peer.Visitor visitor) {
        try (Aggregator aggregator = new Aggregator(Options.DEFAULT.withMaxSize(LIMIT))) {
            int pushed = 0;
            for (Peer.Pair user : users) {
                aggregator.push(user.key(), user.data());
                pushed += user.data().length;
                if (pushed >= TOGETHER) {
                    send(aggregator.seal(), visitor);
                    pushed = 0;
                }
            }
            send(aggregator.finish(), visitor);
        }
    }

    private static void send(List<AggregatedRecord> records, Peer.Visitor visitor) {
        for (AggregatedRecord record : records) {
            visitor.visit(record.partitionKey(), record.data());
        }
    }
}
