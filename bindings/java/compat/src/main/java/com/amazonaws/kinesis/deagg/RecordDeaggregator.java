package com.amazonaws.kinesis.deagg;

import com.amazonaws.kinesis.deagg.util.DeaggregationUtils;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import io.github.kinesisagg.kcl.KclAggregatorUtil;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * Takes aggregated records apart: those of a Lambda event or of the AWS SDK for Java 2. What is no
 * aggregate comes out unchanged.
 *
 * <p>In the shape of the class of amazon-kinesis-deaggregator 2.0.5.
 *
 * @param <T> {@code KinesisEvent.KinesisEventRecord}, or {@code Record} of the SDK
 */
public class RecordDeaggregator<T> {
    private static final KclAggregatorUtil UTIL = new KclAggregatorUtil();

    /** What works on user records. */
    public interface KinesisUserRecordProcessor {
        /** Called with all user records; the answer is handed on. */
        Void process(List<KinesisClientRecord> userRecords);
    }

    /** A deaggregator; it holds nothing. */
    public RecordDeaggregator() {}

    /** Hands each user record of a stream of Kinesis records to a consumer, in order. */
    public Void stream(Stream<T> inputStream, Consumer<KinesisClientRecord> streamConsumer) throws Exception {
        deaggregate(inputStream.collect(Collectors.toList())).forEach(streamConsumer);
        return null;
    }

    /** Hands all user records of some Kinesis records to a processor. */
    public Void processRecords(List<T> inputRecords, KinesisUserRecordProcessor processor) throws Exception {
        return processor.process(deaggregate(inputRecords));
    }

    /** All user records of some Kinesis records, in order. */
    public List<KinesisClientRecord> deaggregate(List<T> inputRecords) throws Exception {
        List<KinesisClientRecord> records = new ArrayList<>(inputRecords.size());
        for (T record : inputRecords) {
            records.add(KinesisClientRecord.fromRecord(sdkRecord(record)));
        }
        return UTIL.deaggregateAll(records);
    }

    /** All user records of one Kinesis record. */
    public List<KinesisClientRecord> deaggregate(T inputRecord) throws Exception {
        return deaggregate(Collections.singletonList(inputRecord));
    }

    private static Record sdkRecord(Object record) throws Exception {
        if (record instanceof KinesisEventRecord) {
            return DeaggregationUtils.convertOne((KinesisEventRecord) record);
        }
        if (record instanceof Record) {
            return (Record) record;
        }
        throw new Exception("Input Types must be Kinesis Event or Model Records");
    }
}
