package io.github.kinesisagg;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse.BatchItemFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;

/** Lambda functions of a stream. Needs {@code aws-lambda-java-events}. */
public final class LambdaEvents {
    private LambdaEvents() {}

    /** What works on a user record. */
    public interface Handler {
        /** An exception ends the batch: this user record's Kinesis record comes again. */
        void handle(UserRecord userRecord) throws Exception;
    }

    /** The Kinesis records of an event; {@link KinesisRecord#source} is the event's record. */
    public static List<KinesisRecord> records(KinesisEvent event) {
        return records(event.getRecords());
    }

    /** Some of them. */
    public static List<KinesisRecord> records(List<KinesisEventRecord> records) {
        List<KinesisRecord> all = new ArrayList<>(records.size());
        for (KinesisEventRecord record : records) {
            all.add(of(record));
        }
        return all;
    }

    private static KinesisRecord of(KinesisEventRecord record) {
        KinesisEvent.Record kinesis = record.getKinesis();
        String key = Objects.requireNonNullElse(kinesis.getPartitionKey(), "");
        return KinesisRecord.of(key, kinesis.getSequenceNumber(), kinesis.getData(), record);
    }

    /** {@link #process(KinesisEvent, Handler, BiConsumer)}, failures to {@code System.err}. */
    public static StreamsEventResponse process(KinesisEvent event, Handler handler) {
        return process(event, handler, (userRecord, failure) -> {
            System.err.println("failed: " + userRecord);
            failure.printStackTrace();
        });
    }

    /**
     * Hands each user record of an event to the handler, in order, until one fails, and answers as
     * functions with {@code ReportBatchItemFailures} do: Lambda then hands out that Kinesis record and
     * all behind it again. All user records of that Kinesis record come again.
     *
     * @param failed is told of the user record that failed, and why
     */
    public static StreamsEventResponse process(
            KinesisEvent event, Handler handler, BiConsumer<UserRecord, Exception> failed) {
        try (Deaggregator deaggregator = new Deaggregator()) {
            for (UserRecord userRecord : deaggregator.deaggregate(records(event))) {
                try {
                    handler.handle(userRecord);
                } catch (Exception failure) {
                    failed.accept(userRecord, failure);
                    return response(List.of(userRecord));
                }
            }
        }
        return response(List.of());
    }

    /** The answer that names the Kinesis records of these user records, each once. */
    public static StreamsEventResponse response(List<UserRecord> failed) {
        List<BatchItemFailure> failures = new ArrayList<>();
        failed.stream().map(UserRecord::sequenceNumber).distinct().forEach(number -> {
            failures.add(BatchItemFailure.builder().withItemIdentifier(number).build());
        });
        return StreamsEventResponse.builder().withBatchItemFailures(failures).build();
    }
}
