package io.github.kinesisagg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

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

    @Test
    void digestsAreThoseOfSha256() {
        String known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assertEquals(known, NativeLibrary.sha256("abc".getBytes(StandardCharsets.US_ASCII)));
    }
}
