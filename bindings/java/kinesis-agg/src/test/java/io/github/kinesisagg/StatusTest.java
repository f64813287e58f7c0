package io.github.kinesisagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StatusTest {
    /** Those that Java has no use for. */
    private static final Set<String> NOT_IN_JAVA =
            Set.of("OK", "END", "FULL", "ERR_NULL", "ERR_IN_USE", "ERR_INDEX");

    /** The C header's numbers are Java's. */
    @Test
    void numbersAreThoseOfTheHeader() throws IOException {
        String header = Files.readString(Path.of("../../../include/kinesis_agg.h"));
        String statuses = header.substring(header.indexOf("#define KAGG_OK "));
        Map<String, Integer> numbers = new HashMap<>();
        Matcher found = Pattern.compile("#define KAGG_(\\w+) \\(?(-?\\d+)\\)?").matcher(statuses);
        while (found.find()) {
            numbers.put(found.group(1), Integer.valueOf(found.group(2)));
        }
        assertTrue(numbers.size() > 35, () -> numbers.toString());
        numbers.keySet().removeAll(NOT_IN_JAVA);
        numbers.put("AGGREGATED", 0);
        numbers.put("ERR_CLOSED", -64);
        Map<String, Integer> own = new HashMap<>();
        for (Status status : Status.values()) {
            own.put(status.name(), status.number());
            assertEquals(status, Status.of(status.number()));
            assertTrue(!status.text().isEmpty());
        }
        assertEquals(numbers, own);
    }
}
