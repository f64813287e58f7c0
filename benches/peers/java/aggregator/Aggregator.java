// The awslabs Java aggregator: aggregate. `Compat` does the same with our drop-in.

import com.amazonaws.kinesis.agg.AggRecord;
import com.amazonaws.kinesis.agg.RecordAggregator;
import java.nio.ByteBuffer;
import java.util.List;

final class Aggregator {
    /** Its own limit is 1 MiB and fixed; it tells its size, so that a caller can keep another. */
    private static final int LIMIT = 51_200;

    /** What surrounds a user record: tags, lengths, indexes, an explicit hash key. */
    private static final int AROUND = 64;

    public static void main(String[] arguments) throws Exception {
        List<Peer.Pair> users = Peer.read(arguments[1]);
        Peer.Work work = visitor -> pack(users, visitor);
        String protobuf = Peer.version("com.google.protobuf", "protobuf-java");
        new Peer(work, users.size()).serve(
                "com.amazonaws", "amazon-kinesis-aggregator", "protobuf-java " + protobuf);
    }

    static void pack(List<Peer.Pair> users, Peer.Visitor visitor) throws Exception {
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
