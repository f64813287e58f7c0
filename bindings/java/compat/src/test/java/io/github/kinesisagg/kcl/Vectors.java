package io.github.kinesisagg.kcl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
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
}
