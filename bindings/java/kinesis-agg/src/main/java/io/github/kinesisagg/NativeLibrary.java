package io.github.kinesisagg;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Finds the native library for this platform in the jar, and loads it.
 *
 * <pre>
 * property io.github.kinesisagg.library   the path of a library to load instead
 * io/github/kinesisagg/native/PLATFORM/   in the jar
 *   linux-x86_64, linux-aarch64, linux-musl-x86_64, macos-aarch64, windows-x86_64, ...
 * </pre>
 *
 * The library is copied into a new folder that only this user may enter, compared there with the
 * jar's, whose checksum Java verifies, and removed as soon as it is loaded; where that is not possible,
 * when the virtual machine ends.
 */
final class NativeLibrary {
    private static final String PROPERTY = "io.github.kinesisagg.library";

    /** The number of the interface of {@link Native}. */
    private static final int INTERFACE = 1;

    private NativeLibrary() {}

    static void load() {
        String own = System.getProperty(PROPERTY);
        if (own != null) {
            System.load(Path.of(own).toAbsolutePath().toString());
        } else {
            loadFromJar(platform(System.getProperty("os.name"), System.getProperty("os.arch"), isMusl()));
        }
        int found = Native.interfaceNumber();
        if (found != INTERFACE) {
            throw new UnsatisfiedLinkError(
                    "the native library has interface " + found + ", these classes need " + INTERFACE);
        }
    }

    /** The name of a platform: system and processor. */
    static String platform(String system, String processor, boolean isMusl) {
        String name = system.toLowerCase(Locale.ROOT);
        String arch = processor.toLowerCase(Locale.ROOT);
        String os = name.startsWith("windows")
                ? "windows"
                : name.startsWith("mac") ? "macos" : name.startsWith("linux") ? "linux" : name.replace(' ', '-');
        String libc = os.equals("linux") && isMusl ? "-musl" : "";
        switch (arch) {
            case "amd64":
            case "x86_64":
            case "x64":
                return os + libc + "-x86_64";
            case "aarch64":
            case "arm64":
                return os + libc + "-aarch64";
            default:
                return os + libc + "-" + arch;
        }
    }

    /** Whether the loader of programs is that of musl, as on Alpine. */
    private static boolean isMusl() {
        Path maps = Path.of("/proc/self/maps");
        try {
            return Files.isReadable(maps)
                    && Files.readString(maps, StandardCharsets.ISO_8859_1).contains("/ld-musl-");
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static void loadFromJar(String platform) {
        String file = System.mapLibraryName("kinesis_agg_java");
        String resource = "native/" + platform + "/" + file;
        try {
            byte[] library = read(resource);
            if (library == null) {
                throw new UnsatisfiedLinkError("kinesis-agg has no native library for "
                        + platform
                        + " in its jar; the README tells how to build one, and -D"
                        + PROPERTY
                        + "=PATH loads it");
            }
            load(library, file);
        } catch (IOException failed) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError("cannot unpack the native library: " + failed);
            error.initCause(failed);
            throw error;
        }
    }

    private static byte[] read(String resource) throws IOException {
        try (InputStream in = NativeLibrary.class.getResourceAsStream(resource)) {
            return in == null ? null : in.readAllBytes();
        }
    }

    private static void load(byte[] library, String name) throws IOException {
        // Made with permissions for the owner alone.
        Path folder = Files.createTempDirectory("kinesis-agg-");
        Path file = folder.resolve(name);
        try {
            Files.write(file, library);
            if (!Arrays.equals(library, Files.readAllBytes(file))) {
                throw new IOException(file + " is not what was written");
            }
            System.load(file.toString());
        } finally {
            remove(file);
            remove(folder);
        }
    }

    /** Windows keeps what is loaded: then it goes when the virtual machine ends. */
    private static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException inUse) {
            path.toFile().deleteOnExit();
        }
    }
}
