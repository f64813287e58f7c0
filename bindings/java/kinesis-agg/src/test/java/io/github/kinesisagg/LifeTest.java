package io.github.kinesisagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Threads, the garbage collector, and memory. */
class LifeTest {
    private static final int THREADS = 8;

    /** The least there is to see; -Dsoak=10000000 for long. */
    private static final long SOAK = Long.getLong("soak", 200_000);

    private static final int ROUND = 20_000;
    private static final long MIB = 1 << 20;

    private static List<NewUserRecord> many() {
        List<NewUserRecord> records = new ArrayList<>();
        for (int number = 0; number < ROUND; number++) {
            records.add(NewUserRecord.of("key-" + number / 4, new byte[100]));
        }
        return records;
    }

    private static void inThreads(Callable<Void> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<Void>> all = threads.invokeAll(java.util.Collections.nCopies(THREADS, work));
        threads.shutdown();
        for (Future<Void> one : all) {
            one.get();
        }
    }

    /** Threads share one aggregator and one deaggregator, and all that was pushed comes out. */
    @Test
    void threadsShareObjects() throws Exception {
        Options options = Options.DEFAULT.withMaxSize(2000);
        List<AggregatedRecord> sealed = new ArrayList<>();
        try (Deaggregator deaggregator = new Deaggregator();
                Aggregator aggregator = new Aggregator(options)) {
            inThreads(() -> {
                for (int number = 0; number < 500; number++) {
                    if (aggregator.push("key-" + number % 7, new byte[50])) {
                        List<AggregatedRecord> full = aggregator.seal();
                        for (AggregatedRecord record : full) {
                            Batch batch = deaggregator.deaggregate(KinesisRecord.of(record.data()));
                            assertEquals(record.userRecordCount(), batch.size());
                        }
                        synchronized (sealed) {
                            sealed.addAll(full);
                        }
                    }
                }
                return null;
            });
            sealed.addAll(aggregator.finish());
        }
        long count = sealed.stream().mapToLong(AggregatedRecord::userRecordCount).sum();
        assertEquals(THREADS * 500, count);
    }

    /** A thread closes what others use: they are told, and nothing else happens. */
    @Test
    void closingUnderOthersIsTold() throws Exception {
        for (int round = 0; round < 20; round++) {
            Aggregator aggregator = new Aggregator();
            inThreads(() -> {
                try {
                    for (int number = 0; number < 100; number++) {
                        aggregator.push("key", new byte[10]);
                    }
                    aggregator.discard();
                } catch (IllegalStateException closed) {
                    assertTrue(aggregator.isClosed());
                }
                return null;
            });
            assertTrue(aggregator.isClosed());
        }
    }

    /** The collector runs all the while: user records hold what they lie in, and nothing dangles. */
    @Test
    void garbageIsCollectedMeanwhile() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread collector = new Thread(() -> {
            while (!done.get()) {
                System.gc();
            }
        });
        collector.start();
        try {
            for (int round = 0; round < 200; round++) {
                // Forgotten, not closed; the cleaner may come for them at any time.
                Aggregator aggregator = new Aggregator(Options.DEFAULT.withFramedSingles());
                aggregator.push("key-" + round, new byte[round]);
                byte[] blob = aggregator.finish().get(0).dataBytes();
                UserRecord record = new Deaggregator().deaggregate(KinesisRecord.of(blob)).get(0);
                assertEquals("key-" + round, record.partitionKey());
                assertEquals(round, record.data().remaining());
            }
        } finally {
            done.set(true);
            collector.join();
        }
    }

    /** Memory stays flat over user records packed and taken apart, and over objects nobody closes. */
    @Test
    void memoryIsFlat() throws Exception {
        List<NewUserRecord> records = many();
        long count = 0;
        long warm = 0;
        long before = 0;
        try (Aggregator aggregator = new Aggregator(Options.DEFAULT.withMaxSize(51_200));
                Deaggregator deaggregator = new Deaggregator()) {
            while (count < SOAK) {
                int many = (int) Math.min(ROUND, SOAK - count);
                round(records.subList(0, many), aggregator, deaggregator);
                count += many;
                if (warm == 0 && count >= Math.min(1_000_000, SOAK / 2)) {
                    settle();
                    warm = count;
                    before = resident();
                }
            }
            settle();
            long after = resident();
            System.out.printf(
                    "%d user records, resident %d MiB after the first %d, %d MiB at the end%n",
                    count, before / MIB, warm, after / MIB);
            assertTrue(after - before < 96 * MIB, (after - before) / MIB + " MiB more");
        }
    }

    private static void round(List<NewUserRecord> records, Aggregator aggregator, Deaggregator deaggregator) {
        assertEquals(List.of(), aggregator.pushMany(records).refused());
        List<KinesisRecord> sealed = new ArrayList<>();
        for (AggregatedRecord record : aggregator.finish()) {
            sealed.add(KinesisRecord.of(record.data()));
        }
        long bytes = 0;
        for (UserRecord record : deaggregator.deaggregate(sealed)) {
            bytes += record.data().remaining() + record.partitionKey().length();
        }
        long expected = 0;
        for (NewUserRecord record : records) {
            expected += 100 + record.partitionKey().length();
        }
        assertEquals(expected, bytes);
        // Never closed: the cleaner's business.
        new Deaggregator().deaggregate(sealed.get(0));
        new Aggregator();
    }

    private static void settle() throws InterruptedException {
        for (int times = 0; times < 3; times++) {
            System.gc();
            Thread.sleep(50);
        }
    }

    /** Memory of the process in bytes; where there is no /proc, of the heap. */
    private static long resident() throws Exception {
        Path statm = Path.of("/proc/self/statm");
        if (!Files.exists(statm)) {
            return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }
        return Long.parseLong(Files.readString(statm).split(" ")[1]) * 4096;
    }
}
