package io.github.kinesisagg.kcl;

import io.github.kinesisagg.Batch;
import io.github.kinesisagg.Deaggregator;
import io.github.kinesisagg.HashKeyRange;
import io.github.kinesisagg.HashKeys;
import io.github.kinesisagg.KinesisRecord;
import io.github.kinesisagg.RangePolicy;
import io.github.kinesisagg.UserRecord;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * The KCL's {@code AggregatorUtil} on this library. A KCL application takes it with
 *
 * <pre>
 * configsBuilder.lifecycleConfig().aggregatorUtil(new KclAggregatorUtil())
 * </pre>
 *
 * and drops what the KCL drops: an aggregate with a user record outside the range of the shard, whole.
 * What differs on purpose stands in FORMAT.md: where the KCL hands out a part of a damaged aggregate
 * and loses the rest, it is handed on whole.
 *
 * <p>Several threads may use one. The data of what was given stays where it stands.
 */
public class KclAggregatorUtil extends AggregatorUtil {
    /** Those that no call uses now: as many as there were calls at a time. */
    private final Queue<Idle> idle = new ConcurrentLinkedQueue<>();

    @Override
    public List<KinesisClientRecord> deaggregate(List<KinesisClientRecord> records) {
        return deaggregate(records, BigInteger.ZERO, HashKeys.MAX);
    }

    @Override
    public List<KinesisClientRecord> deaggregate(
            List<KinesisClientRecord> records, String startingHashKey, String endingHashKey) {
        return deaggregate(records, new BigInteger(startingHashKey), new BigInteger(endingHashKey));
    }

    @Override
    public List<KinesisClientRecord> deaggregate(
            List<KinesisClientRecord> records, BigInteger startingHashKey, BigInteger endingHashKey) {
        // No hash key lies beyond these.
        BigInteger start = startingHashKey.max(BigInteger.ZERO);
        BigInteger end = endingHashKey.min(HashKeys.MAX);
        if (start.compareTo(end) > 0) {
            // A range that is none, to which the KCL has an answer nevertheless.
            return super.deaggregate(records, startingHashKey, endingHashKey);
        }
        return deaggregate(records, new HashKeyRange(start, end));
    }

    /** All user records, without a range: nothing is dropped. */
    public List<KinesisClientRecord> deaggregateAll(List<KinesisClientRecord> records) {
        return deaggregate(records, (HashKeyRange) null);
    }

    private List<KinesisClientRecord> deaggregate(List<KinesisClientRecord> records, HashKeyRange range) {
        Idle taken = take(range);
        Batch batch = taken.deaggregator.deaggregate(kinesisRecords(records));
        idle.add(taken);
        List<KinesisClientRecord> userRecords = new ArrayList<>(batch.size());
        for (UserRecord userRecord : batch) {
            userRecords.add(clientRecord(userRecord));
        }
        return userRecords;
    }

    private Idle take(HashKeyRange range) {
        Idle found = idle.poll();
        if (found != null && Objects.equals(found.range, range)) {
            return found;
        }
        if (found != null) {
            found.deaggregator.close();
        }
        return new Idle(range);
    }

    private static List<KinesisRecord> kinesisRecords(List<KinesisClientRecord> records) {
        List<KinesisRecord> all = new ArrayList<>(records.size());
        for (KinesisClientRecord record : records) {
            String key = record.partitionKey() == null ? "" : record.partitionKey();
            all.add(KinesisRecord.of(key, record.sequenceNumber(), record.data(), record));
        }
        return all;
    }

    private static KinesisClientRecord clientRecord(UserRecord userRecord) {
        KinesisClientRecord outer = (KinesisClientRecord) userRecord.record().source();
        if (!userRecord.isAggregated()) {
            return outer;
        }
        return outer.toBuilder()
                .data(ByteBuffer.wrap(userRecord.dataBytes()))
                .partitionKey(userRecord.partitionKey())
                .explicitHashKey(userRecord.explicitHashKey())
                .subSequenceNumber(userRecord.subSequenceNumber())
                .aggregated(true)
                .build();
    }

    private static final class Idle {
        /** Null for none. */
        final HashKeyRange range;

        final Deaggregator deaggregator;

        Idle(HashKeyRange range) {
            this.range = range;
            this.deaggregator = new Deaggregator(range, RangePolicy.DROP_AGGREGATE);
        }
    }
}
