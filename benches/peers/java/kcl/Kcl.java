// The KCL's AggregatorUtil: deaggregate, as the KCL does for each GetRecords.

import com.google.protobuf.RuntimeVersion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

final class Kcl {
    public static void main(String[] arguments) throws Exception {
        List<KinesisClientRecord> records = new ArrayList<>();
        for (Peer.Pair pair : Peer.read(arguments[1])) {
            records.add(KinesisClientRecord.builder()
                    .partitionKey(pair.key())
                    .data(ByteBuffer.wrap(pair.data()))
                    .sequenceNumber(Integer.toString(records.size()))
                    .build());
        }
        AggregatorUtil util = new AggregatorUtil();
        Peer.Work work = visitor -> {
            // It reads the data from where it stands to the end.
            records.forEach(record -> record.data().rewind());
            for (KinesisClientRecord user : util.deaggregate(records)) {
                visitor.visit(user.partitionKey(), user.data());
            }
        };
        String protobuf =
                RuntimeVersion.MAJOR + "." + RuntimeVersion.MINOR + "." + RuntimeVersion.PATCH;
        new Peer(work).serve(
                "software.amazon.kinesis", "amazon-kinesis-client", "protobuf-java " + protobuf);
    }
}
