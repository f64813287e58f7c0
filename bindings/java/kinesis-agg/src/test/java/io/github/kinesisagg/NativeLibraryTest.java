package io.github.kinesisagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class NativeLibraryTest {
    @Test
    void platformsHaveOneNameEach() {
        for (String[] row : new String[][] {
            {"Linux", "amd64", "linux-x86_64"},
            {"Linux", "aarch64", "linux-aarch64"},
            {"Mac OS X", "aarch64", "macos-aarch64"},
            {"Mac OS X", "x86_64", "macos-x86_64"},
            {"Windows Server 2022", "amd64", "windows-x86_64"},
            {"FreeBSD", "riscv64", "freebsd-riscv64"},
        }) {
            assertEquals(row[2], NativeLibrary.platform(row[0], row[1], false));
        }
        assertEquals("linux-musl-x86_64", NativeLibrary.platform("Linux", "amd64", true));
        assertEquals("windows-x86_64", NativeLibrary.platform("Windows 11", "amd64", true));
    }

    /** Nothing of the library is left behind once it is loaded. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void nothingIsLeftBehind() throws IOException {
        assertEquals(1, Native.interfaceNumber());
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        String maps = Files.readString(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1);
        String loaded = maps.lines()
                .filter(line -> line.contains("kinesis_agg_java"))
                .findFirst()
                .orElseThrow();
        assertTrue(loaded.contains(temporary + "/kinesis-agg-"), loaded);
        assertTrue(loaded.endsWith("(deleted)"), loaded);
    }
}
