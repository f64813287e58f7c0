package com.amazonaws.kinesis.agg;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * Packs user records into aggregates of at most 1 MiB.
 *
 * <p>In the shape of the class of amazon-kinesis-aggregator 2.0.7. Not for several threads at a time.
 */
public class RecordAggregator {
    /** Who is told of full aggregates. */
    public interface RecordCompleteListener {
        /** Called with an aggregate that is ready to be sent. */
        void recordComplete(AggRecord aggRecord);
    }

    private final List<Registered> listeners = new ArrayList<>();
    private AggRecord current = new AggRecord();

    /** An empty one. */
    public RecordAggregator() {}

    /** How many user records wait. */
    public int getNumUserRecords() {
        return current.getNumUserRecords();
    }

    /** Bytes of the aggregate so far. */
    public long getSizeBytes() {
        return current.getSizeBytes();
    }

    /** Forgets the user records that wait; listeners stay. */
    public void clearRecord() {
        current.clear();
    }

    /** Forgets all listeners. */
    public void clearListeners() {
        listeners.clear();
    }

    /** Has a listener told on the common pool. */
    public void onRecordComplete(RecordCompleteListener listener) {
        onRecordComplete(listener, ForkJoinPool.commonPool());
    }

    /** Has a listener told by an executor. */
    public void onRecordComplete(RecordCompleteListener listener, Executor executor) {
        listeners.add(new Registered(listener, executor));
    }

    /** Hands out what waits, full or not; null when nothing does. */
    public AggRecord clearAndGet() {
        if (getNumUserRecords() == 0) {
            return null;
        }
        AggRecord out = current;
        current = out.successor();
        return out;
    }

    /** Adds a user record: see {@link #addUserRecord(String, String, byte[])}. */
    public AggRecord addUserRecord(KinesisClientRecord userRecord) throws Exception {
        if (userRecord == null) {
            throw new IllegalArgumentException("Input user record cannot be null.");
        }
        ByteBuffer data = userRecord.data().duplicate();
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return addUserRecord(userRecord.partitionKey(), userRecord.explicitHashKey(), bytes);
    }

    /** Adds a user record without explicit hash key. */
    public AggRecord addUserRecord(String partitionKey, byte[] data) throws Exception {
        return addUserRecord(partitionKey, null, data);
    }

    /**
     * Adds a user record. Where there is no room for it, the aggregate is full: it goes to the
     * listeners, and is returned, and the user record is the first of the next.
     *
     * @return the full aggregate, or null
     * @throws IllegalArgumentException when the user record fits no aggregate, or a key is none; nothing
     *     has changed then
     */
    public AggRecord addUserRecord(String partitionKey, String explicitHashKey, byte[] data) throws Exception {
        if (current.addUserRecord(partitionKey, explicitHashKey, data)) {
            return null;
        }
        AggRecord complete = current;
        current = complete.successor();
        try {
            listeners.forEach(registered -> registered.tell(complete));
        } catch (RuntimeException | Error failed) {
            // Not taken by an executor: it stays here, and the next call tells again.
            if (current.getNumUserRecords() == 0) {
                current = complete;
            }
            throw failed;
        }
        // A listener may have added some itself: then there may be no room again.
        addUserRecord(partitionKey, explicitHashKey, data);
        return complete;
    }

    private static final class Registered {
        private final RecordCompleteListener listener;
        private final Executor executor;

        Registered(RecordCompleteListener listener, Executor executor) {
            this.listener = listener;
            this.executor = executor;
        }

        void tell(AggRecord complete) {
            executor.execute(() -> listener.recordComplete(complete));
        }
    }
}
