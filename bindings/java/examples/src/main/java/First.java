import io.github.kinesisagg.Deaggregator;
import io.github.kinesisagg.KinesisRecord;
import io.github.kinesisagg.UserRecord;
import java.io.IOException;

public class First {
    public static void main(String[] arguments) throws IOException {
        KinesisRecord record = KinesisRecord.of(System.in.readAllBytes());
        try (Deaggregator deaggregator = new Deaggregator()) {
            for (UserRecord userRecord : deaggregator.deaggregate(record)) {
                System.out.println(userRecord.partitionKey() + ": " + userRecord.dataLength() + " bytes");
            }
        }
    }
}
