// What all Java peers share: corpora, the commands of the harness, the clock.

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Answers the harness. README.md beside this folder has the protocol. */
final class Peer {
    /** A partition key and data. */
    record Pair(String key, byte[] data) {}

    /** Takes what comes out of the work: a partition key and data. */
    interface Visitor {
        void visit(String key, ByteBuffer data);
    }

    /** The whole corpus once, each thing that comes out visited. */
    interface Work {
        void pass(Visitor visitor) throws Exception;
    }

    private final Work work;
    private final long userRecords;
    private long touched;

    Peer(Work work) throws Exception {
        this.work = work;
        long[] count = new long[1];
        work.pass((key, data) -> count[0]++);
        this.userRecords = count[0];
    }

    /** With the number of user records that go in. */
    Peer(Work work, int userRecords) {
        this.work = work;
        this.userRecords = userRecords;
    }

    /** Key and data of each record in the file: lengths in four bytes, lowest first. */
    static List<Pair> read(String file) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(Path.of(file)));
        all.order(ByteOrder.LITTLE_ENDIAN);
        List<Pair> pairs = new ArrayList<>();
        while (all.hasRemaining()) {
            byte[] key = take(all);
            pairs.add(new Pair(new String(key, StandardCharsets.UTF_8), take(all)));
        }
        return pairs;
    }

    private static byte[] take(ByteBuffer all) {
        byte[] bytes = new byte[all.getInt()];
        all.get(bytes);
        return bytes;
    }

    /** Says hello with the versions, then does what it is told until the input ends. */
    void serve(String group, String artifact, String with) throws Exception {
        System.out.printf(
                "{\"version\":\"%s\",\"runtime\":\"OpenJDK %s\",\"with\":\"%s\"}%n",
                version(group, artifact), System.getProperty("java.version"), with);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null; ) {
            String argument = line.substring(line.indexOf(' ') + 1);
            if (line.startsWith("check ")) {
                check(argument);
            } else {
                round(Double.parseDouble(argument));
            }
        }
    }

    /** The version in the jar that Maven made. */
    static String version(String group, String artifact) throws IOException {
        String path = "/META-INF/maven/" + group + "/" + artifact + "/pom.properties";
        try (InputStream in = Peer.class.getResourceAsStream(path)) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        }
    }

    private void check(String file) throws Exception {
        try (OutputStream out = new BufferedOutputStream(new FileOutputStream(file))) {
            work.pass((key, data) -> {
                try {
                    write(out, ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)));
                    write(out, data.duplicate());
                } catch (IOException error) {
                    throw new IllegalStateException(error);
                }
            });
        }
        System.out.printf("{\"user_records\":%d}%n", userRecords);
    }

    private static void write(OutputStream out, ByteBuffer bytes) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        out.write(length.putInt(bytes.remaining()).array());
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        out.write(copy);
    }

    private void round(double seconds) throws Exception {
        long passes = 0;
        long wall = System.nanoTime();
        long cpu = cpu();
        long end = cpu + (long) (seconds * 1e9);
        long now;
        do {
            work.pass(this::touch);
            passes++;
            now = cpu();
        } while (now < end);
        System.out.printf(
                "{\"user_records\":%d,\"cpu_ns\":%d,\"wall_ns\":%d,\"touched\":%d}%n",
                passes * userRecords, now - cpu, System.nanoTime() - wall, touched);
    }

    private void touch(String key, ByteBuffer data) {
        touched += key.length() + data.remaining();
        if (data.hasRemaining()) {
            touched += data.get(data.position());
        }
    }

    /** Processor time of the whole process: collector and compilers, too. In steps of 10 ms. */
    private static long cpu() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return ((com.sun.management.OperatingSystemMXBean) system).getProcessCpuTime();
    }
}
