package io.github.kinesisagg;

import static io.github.kinesisagg.RoundTripTest.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Misuse is an exception, and the process goes on. */
class MisuseTest {
    private static void refused(Status status, Executable call) {
        assertEquals(status, assertThrows(KinesisAggException.class, call).status());
    }

    @Test
    void nullIsAnException() {
        try (Deaggregator deaggregator = new Deaggregator();
                Aggregator aggregator = new Aggregator()) {
            for (Executable call : List.<Executable>of(
                    () -> deaggregator.deaggregate((List<KinesisRecord>) null),
                    () -> deaggregator.deaggregate(Arrays.asList((KinesisRecord) null)),
                    () -> new Deaggregator(null, null),
                    () -> KinesisRecord.of((byte[]) null),
                    () -> KinesisRecord.of((ByteBuffer) null),
                    () -> KinesisRecord.of(null, "1", ByteBuffer.allocate(0)),
                    () -> aggregator.push(null, new byte[0]),
                    () -> aggregator.push("key", (byte[]) null),
                    () -> aggregator.push((NewUserRecord) null),
                    () -> aggregator.pushMany(null),
                    () -> aggregator.pushMany(Arrays.asList((NewUserRecord) null)),
                    () -> new Aggregator(null),
                    () -> new ShardedAggregator(null, null),
                    () -> new ShardMap(null),
                    () -> HashKeyRange.of(null, "1"),
                    () -> new HashKeyRange(null, BigInteger.ONE),
                    () -> HashKeys.ofPartitionKey(null),
                    () -> new Tag(null, "value"))) {
                assertThrows(NullPointerException.class, call);
            }
            assertEquals(0, aggregator.userRecordCount());
        }
    }

    @Test
    void closedIsClosed() {
        Deaggregator deaggregator = new Deaggregator();
        Batch batch = deaggregator.deaggregate(KinesisRecord.of(bytes("plain")));
        Aggregator aggregator = new Aggregator();
        ShardMap map = ShardingTest.twoShards();
        ShardedAggregator sharded = new ShardedAggregator(Grouping.SHARD, map);
        for (int times = 0; times < 2; times++) {
            deaggregator.close();
            aggregator.close();
            aggregator.discard();
            sharded.close();
            map.close();
        }
        assertTrue(aggregator.isClosed());
        for (Executable call : List.<Executable>of(
                () -> deaggregator.deaggregate(List.of()),
                () -> aggregator.push("key", new byte[1]),
                () -> aggregator.offer("key", new byte[1], null),
                () -> aggregator.pushMany(List.of()),
                aggregator::seal,
                aggregator::finish,
                aggregator::size,
                () -> aggregator.sizeWith(NewUserRecord.of("key", new byte[1])),
                () -> sharded.finishArrivedBefore(1),
                () -> sharded.updateShardMap(map, List.of()),
                () -> map.predict("key"),
                () -> new ShardedAggregator(Grouping.SHARD, map))) {
            assertThrows(IllegalStateException.class, call);
        }
        // What was read stays.
        assertEquals("plain", new String(batch.get(0).dataBytes(), java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Handles that were closed, are of another kind, or were made up. */
    @Test
    void wrongHandlesAreNotFound() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(16);
        long closed = Native.newDeaggregator(null, 0);
        Native.freeDeaggregator(closed);
        Native.freeDeaggregator(closed);
        long foreign = Native.newPacker(-1, null, 0, 1000, 10, false, true, false, 0, 0);
        for (long handle : new long[] {closed, foreign, 0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            refused(Status.ERR_CLOSED, () -> Native.read(handle, buffer, new int[0]));
            refused(Status.ERR_CLOSED, () -> Native.predict(handle, new byte[0], null));
        }
        Native.freePacker(foreign);
        for (Executable call : List.<Executable>of(
                () -> Native.push(foreign, buffer, 1, -1, 1, -1),
                () -> Native.counts(foreign),
                () -> Native.seal(foreign, 1, -1),
                () -> Native.fault(foreign))) {
            refused(Status.ERR_CLOSED, call);
        }
    }

    /** Lengths that lie outside of the buffer, and buffers that are none. */
    @Test
    void wrongArgumentsOfNativeMethodsAreExceptions() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(16);
        long reader = Native.newDeaggregator(null, 0);
        for (int[] lengths : new int[][] {{17}, {-1}, {8, 9}, {Integer.MIN_VALUE}, {16, 1}}) {
            refused(Status.ERR_LENGTH, () -> Native.read(reader, buffer, lengths));
        }
        assertThrows(KinesisAggException.class, () -> Native.read(reader, ByteBuffer.allocate(16), new int[] {1}));
        assertThrows(KinesisAggException.class, () -> Native.read(reader, null, new int[0]));
        assertThrows(KinesisAggException.class, () -> Native.read(reader, buffer, null));
        assertThrows(KinesisAggException.class, () -> Native.newDeaggregator(null, 3));
        assertThrows(KinesisAggException.class, () -> Native.newDeaggregator(new byte[31], 0));
        Native.freeDeaggregator(reader);

        long packer = Native.newPacker(-1, null, 0, 1000, 10, false, true, false, 0, 0);
        for (int[] it : new int[][] {{17, -1, 0}, {1, 17, 0}, {1, -1, 16}, {-1, -1, 1}, {1, -1, -1}}) {
            refused(Status.ERR_LENGTH, () -> Native.push(packer, buffer, it[0], it[1], it[2], -1));
        }
        for (int[] lengths : new int[][] {{1}, {1, -1, 1, 1}, {1, -1, 1, -1}, {1, -1, 1, Integer.MAX_VALUE}}) {
            refused(Status.ERR_LENGTH, () -> Native.pushMany(packer, buffer, lengths, -1));
        }
        assertThrows(KinesisAggException.class, () -> Native.judgePacked(packer, new byte[0], new byte[58]));
        assertThrows(KinesisAggException.class, () -> Native.updateShardMap(packer, 0, new Object[] {"a", 1}));
        assertThrows(KinesisAggException.class, () -> Native.updateShardMap(packer, 0, null));
        assertThrows(KinesisAggException.class, () -> Native.newShardMap(new byte[] {0, 1, 2}));
        Native.freePacker(packer);
    }

    /** A fault of the core ends the object that it happened in, and nothing else. */
    @Test
    void aPanicIsAnException() {
        try (Aggregator broken = new Aggregator();
                Aggregator other = new Aggregator()) {
            broken.push("key", new byte[1]);
            refused(Status.ERR_PANIC, () -> Native.fault(broken.handle()));
            refused(Status.ERR_POISONED, () -> broken.push("key", new byte[1]));
            refused(Status.ERR_POISONED, broken::finish);
            other.push("key", new byte[1]);
            assertEquals(1, other.finish().size());
        }
    }

    @Test
    void placesBeyondTheEndAreExceptions() {
        try (Deaggregator deaggregator = new Deaggregator()) {
            Batch batch = deaggregator.deaggregate(List.of());
            assertEquals(0, batch.size());
            assertThrows(IndexOutOfBoundsException.class, () -> batch.get(0));
            assertThrows(IndexOutOfBoundsException.class, () -> batch.get(-1));
            assertThrows(IndexOutOfBoundsException.class, () -> batch.reports().get(0));
            assertThrows(NoSuchElementException.class, () -> batch.iterator().next());
        }
    }

    /** Data is read-only, a place of its own, and bounded even when the array changes later. */
    @Test
    void dataIsAPlaceOfItsOwn() {
        byte[] blob = ShardingTest.pack("key", bytes("one"), bytes("two"));
        try (Deaggregator deaggregator = new Deaggregator()) {
            Batch batch = deaggregator.deaggregate(KinesisRecord.of(blob));
            ByteBuffer data = batch.get(1).data();
            assertTrue(data.isReadOnly());
            data.get();
            data.rewind();
            assertEquals(3, data.clear().remaining());
            assertEquals(ByteBuffer.wrap(bytes("two")), data);
            Arrays.fill(blob, (byte) -1);
            assertEquals(3, batch.get(1).dataBytes().length);
            assertEquals(3, batch.get(0).partitionKey().length());
        }
    }

    /** The data of a buffer, wherever its memory lies, and whoever moves its position meanwhile. */
    @Test
    void buffersOfAllKindsAreRead() {
        byte[] blob = ShardingTest.pack("key", bytes("one"), bytes("two"));
        byte[] around = new byte[blob.length + 7];
        System.arraycopy(blob, 0, around, 3, blob.length);
        ByteBuffer direct = ByteBuffer.allocateDirect(around.length);
        direct.put(around).position(3).limit(3 + blob.length);
        ByteBuffer inside = ByteBuffer.wrap(around, 3, blob.length);
        try (Deaggregator deaggregator = new Deaggregator()) {
            for (ByteBuffer buffer : List.of(inside, inside.asReadOnlyBuffer(), inside.slice(), direct)) {
                int position = buffer.position();
                KinesisRecord record = KinesisRecord.of(buffer);
                assertEquals(position, buffer.position());
                buffer.position(buffer.limit());
                Batch batch = deaggregator.deaggregate(record);
                assertEquals(2, batch.size());
                assertEquals("key", batch.get(0).partitionKey());
                assertEquals(ByteBuffer.wrap(bytes("two")), batch.get(1).data());
                assertEquals(ByteBuffer.wrap(bytes("two")), ByteBuffer.wrap(batch.get(1).dataBytes()));
            }
        }
    }

    /** A walk may use its deaggregator, and an iterable that is pushed its aggregator. */
    @Test
    void callsWithinCallsWork() {
        byte[] blob = ShardingTest.pack("key", bytes("one"), bytes("two"));
        int seen = 0;
        try (Deaggregator deaggregator = new Deaggregator();
                Aggregator aggregator = new Aggregator()) {
            for (UserRecord outer : deaggregator.deaggregate(KinesisRecord.of(blob))) {
                for (UserRecord inner : deaggregator.deaggregate(KinesisRecord.of(blob))) {
                    seen += inner.dataLength() + outer.dataLength();
                }
            }
            assertEquals(24, seen);
            Iterable<NewUserRecord> pushesToo = () -> {
                aggregator.push("inner", bytes("1"));
                return List.of(NewUserRecord.of("outer", bytes("2"))).iterator();
            };
            assertEquals(List.of(), aggregator.pushMany(pushesToo).refused());
            assertThrows(
                    IllegalCallerException.class,
                    () -> aggregator.pushMany(() -> {
                        throw new IllegalCallerException("of the test");
                    }));
            assertEquals(2, aggregator.finish().get(0).userRecordCount());
        }
    }

    /** What begins like an aggregate and is none comes out whole, and is told when asked for. */
    @Test
    void damagedRecordsAreHandedOn() {
        byte[] blob = ShardingTest.pack("key", bytes("one"), bytes("two"));
        byte[] cut = Arrays.copyOf(blob, blob.length - 1);
        try (Deaggregator deaggregator = new Deaggregator()) {
            Batch batch = deaggregator.deaggregate(KinesisRecord.listOf(List.of(blob, cut, bytes("plain"))));
            assertEquals(4, batch.size());
            assertEquals(List.of(true, true, false, false), batch.stream().map(UserRecord::isAggregated).collect(java.util.stream.Collectors.toList()));
            assertEquals(ByteBuffer.wrap(cut), batch.get(2).data());
            assertEquals(Status.CHECKSUM, batch.reports().get(1).status());
            MalformedRecordException told =
                    assertThrows(MalformedRecordException.class, batch::requireSound);
            assertEquals(1, told.recordIndex().getAsInt());
            assertEquals(Status.CHECKSUM, told.status());
        }
    }
}
