import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import io.github.kinesisagg.LambdaEvents;
import io.github.kinesisagg.UserRecord;

/** A function on a stream whose mapping has {@code ReportBatchItemFailures}. */
public class LambdaHandler implements RequestHandler<KinesisEvent, StreamsEventResponse> {
    @Override
    public StreamsEventResponse handleRequest(KinesisEvent event, Context context) {
        return LambdaEvents.process(event, this::handle);
    }

    /** An exception makes Lambda hand out this user record's Kinesis record, and those behind it, again. */
    private void handle(UserRecord userRecord) {
        if (userRecord.dataLength() == 0) {
            throw new IllegalArgumentException("nothing to work on");
        }
        System.out.println(userRecord.partitionKey() + ": " + userRecord.dataLength() + " bytes");
    }
}
