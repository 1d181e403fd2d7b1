package dev.longstream.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory this process has had resident, as Linux counts it. */
final class PeakMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    private PeakMemory() {}

    /** Counts from what is resident now on, where the system lets one. */
    static void reset() {
        try {
            if (Files.isWritable(CLEAR)) {
                Files.writeString(CLEAR, "5");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(CLEAR + " cannot be written", e);
        }
    }

    /** 0 where the system does not say. */
    static long bytes() {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(STATUS + " cannot be read", e);
        }
    }
}
