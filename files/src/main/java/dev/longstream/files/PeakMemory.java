package dev.longstream.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resident memory of this process and its peak, as Linux counts them. */
public final class PeakMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    private PeakMemory() {}

    /** Restarts counting from the memory resident now, where the system permits it. */
    public static void reset() {
        try {
            if (Files.isWritable(CLEAR)) {
                Files.writeString(CLEAR, "5");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(CLEAR + " cannot be written", e);
        }
    }

    /** Returns the peak in bytes; 0 if the system does not tell it. */
    public static long bytes() {
        return read("VmHWM:");
    }

    /** Returns the memory that is resident now, in bytes; 0 if the system does not tell it. */
    public static long residentBytes() {
        return read("VmRSS:");
    }

    private static long read(String line) {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try {
            return in(Files.readString(STATUS), line);
        } catch (IOException e) {
            throw new UncheckedIOException(STATUS + " cannot be read", e);
        }
    }

    /** Returns the value of a line such as {@code VmHWM:} in Linux's /proc/PID/status, in bytes; 0 without this line. */
    static long in(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElse(0);
    }
}
