package dev.longstream.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Lists the sockets on which this process listens, from the kernel's tables. */
final class ListeningSockets {
    /** 127.0.0.1 as /proc/net/tcp, and as /proc/net/tcp6, write it. */
    static final List<String> LOOPBACK = List.of("0100007F", "0000000000000000FFFF00000100007F");

    private static final String LISTEN = "0A";

    private ListeningSockets() {}

    /** Port to address, in the kernel's own spelling. */
    static Map<Integer, String> ofThisProcess() throws IOException {
        Set<String> own = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor)) {
                    own.add(Files.readSymbolicLink(descriptor).toString());
                }
            }
        }
        Map<Integer, String> found = new HashMap<>();
        for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns[3].equals(LISTEN) && own.contains("socket:[" + columns[9] + "]")) {
                    String[] local = columns[1].split(":");
                    found.put(Integer.parseInt(local[1], 16), local[0]);
                }
            }
        }
        return found;
    }
}
