package io.github.kinesisagg;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The vectors that all implementations share; their README says what the fields mean. */
public final class Vectors {
    private static final Path FOLDER = Path.of("../../../crates/kinesis-agg-testkit/vectors");

    /** How many there are. */
    private static final int COUNT = 1522;

    private Vectors() {}

    /** All of them. */
    public static List<JsonNode> all() {
        List<JsonNode> all = Stream.concat(files(FOLDER), files(FOLDER.resolve("producers")))
                .flatMap(Vectors::lines)
                .collect(Collectors.toList());
        if (all.size() != COUNT) {
            throw new IllegalStateException(all.size() + " vectors");
        }
        return all;
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().collect(Collectors.toList()).stream();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Stream<JsonNode> lines(Path file) {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> lines = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                lines.add(mapper.readTree(line));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return lines.stream();
    }

    /** The data of the Kinesis records of a vector. */
    public static List<byte[]> blobs(JsonNode vector) {
        List<byte[]> blobs = new ArrayList<>();
        try {
            if (vector.hasNonNull("batch")) {
                for (JsonNode blob : vector.get("batch")) {
                    blobs.add(blob.binaryValue());
                }
            } else {
                blobs.add(vector.get("aggregate").binaryValue());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return blobs;
    }

    /** The difference from the KCL that FORMAT.md allows for this vector, or null. */
    public static String explained(JsonNode vector) {
        HashKeyRange all = new HashKeyRange(BigInteger.ZERO, HashKeys.MAX);
        try (Deaggregator deaggregator = new Deaggregator(all, RangePolicy.KEEP_ALL)) {
            Batch batch = deaggregator.deaggregate(KinesisRecord.listOf(blobs(vector)));
            if (batch.reports().stream().anyMatch(it -> it.status() == Status.INDEX_OUTSIDE_TABLE)) {
                return "index";
            }
            boolean odd = batch.stream().anyMatch(it -> it.placement() == Placement.UNPLACEABLE);
            return odd ? "key" : null;
        }
    }
}
