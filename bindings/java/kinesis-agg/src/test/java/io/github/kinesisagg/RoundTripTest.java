package io.github.kinesisagg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is packed comes out again. */
class RoundTripTest {
    @Test
    void keysDataAndTagsComeBack() {
        List<NewUserRecord> records = List.of(
                NewUserRecord.of("customer-7", bytes("click")),
                NewUserRecord.of("Kunde-é", bytes("")).withExplicitHashKey("7"),
                NewUserRecord.of("7", bytes("buy"))
                        .withTags(List.of(new Tag("a", "b"), new Tag("c", null))),
                NewUserRecord.of("__proto__", bytes("x")));
        List<AggregatedRecord> sealed;
        try (Aggregator aggregator = new Aggregator()) {
            assertEquals(List.of(), aggregator.pushMany(records).refused());
            sealed = aggregator.finish();
        }
        assertEquals(1, sealed.size());
        assertEquals(4, sealed.get(0).userRecordCount());
        try (Deaggregator deaggregator = new Deaggregator()) {
            Batch batch = deaggregator.deaggregate(KinesisRecord.of(sealed.get(0).data()));
            assertEquals(records.size(), batch.size());
            for (int place = 0; place < records.size(); place++) {
                UserRecord read = batch.get(place);
                NewUserRecord given = records.get(place);
                assertEquals(given.partitionKey(), read.partitionKey());
                assertEquals(given.explicitHashKey(), read.explicitHashKey());
                assertEquals(given.data(), read.data());
                assertEquals(given.tags(), read.tags());
                assertEquals(place, read.subSequenceNumber());
                byte[] copy = new byte[given.data().remaining()];
                given.data().get(copy);
                assertArrayEquals(copy, read.dataBytes());
            }
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
