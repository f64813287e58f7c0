package io.github.kinesisagg;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;

/** The classes of the AWS SDK for Java 2. Needs {@code software.amazon.awssdk:kinesis}. */
public final class SdkRecords {
    private SdkRecords() {}

    /** The records of a {@code GetRecords} answer; {@link KinesisRecord#source} is the SDK's record. */
    public static List<KinesisRecord> records(List<Record> records) {
        List<KinesisRecord> all = new ArrayList<>(records.size());
        for (Record record : records) {
            all.add(KinesisRecord.of(
                    record.partitionKey(), record.sequenceNumber(), record.data().asByteBuffer(), record));
        }
        return all;
    }

    /** The map of the shards that {@code ListShards} tells of, closed ones included. */
    public static ShardMap shardMap(List<software.amazon.awssdk.services.kinesis.model.Shard> shards) {
        List<Shard> all = new ArrayList<>(shards.size());
        for (software.amazon.awssdk.services.kinesis.model.Shard shard : shards) {
            HashKeyRange range = HashKeyRange.of(
                    shard.hashKeyRange().startingHashKey(), shard.hashKeyRange().endingHashKey());
            boolean isClosed = shard.sequenceNumberRange() != null
                    && shard.sequenceNumberRange().endingSequenceNumber() != null;
            all.add(isClosed ? Shard.closed(shard.shardId(), range) : Shard.open(shard.shardId(), range));
        }
        return new ShardMap(all);
    }

    /** An entry for {@code PutRecords}; nothing is copied. */
    public static PutRecordsRequestEntry entry(AggregatedRecord record) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(record.partitionKey())
                .explicitHashKey(record.explicitHashKey())
                .data(SdkBytes.fromByteArrayUnsafe(record.dataUnsafe()))
                .build();
    }
}
