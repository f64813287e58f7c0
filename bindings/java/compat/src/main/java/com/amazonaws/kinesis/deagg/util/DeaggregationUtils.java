package com.amazonaws.kinesis.deagg.util;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.Record;

/** Records of Lambda as records of the SDK. */
public class DeaggregationUtils {
    /** One record; its arrival may be unknown. */
    public static Record convertOne(KinesisEventRecord record) {
        KinesisEvent.Record kinesis = record.getKinesis();
        Date arrival = kinesis.getApproximateArrivalTimestamp();
        return Record.builder()
                .partitionKey(kinesis.getPartitionKey())
                .encryptionType(kinesis.getEncryptionType())
                .approximateArrivalTimestamp(arrival == null ? null : arrival.toInstant())
                .sequenceNumber(kinesis.getSequenceNumber())
                .data(SdkBytes.fromByteBuffer(kinesis.getData()))
                .build();
    }

    /** Many. */
    public static List<Record> convertToKinesis(List<KinesisEventRecord> inputRecords) {
        return inputRecords.stream().map(DeaggregationUtils::convertOne).collect(Collectors.toList());
    }
}
