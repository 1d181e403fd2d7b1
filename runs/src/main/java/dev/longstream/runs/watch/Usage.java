package dev.longstream.runs.watch;

import dev.longstream.files.JsonFile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Time and memory that a run has used, over all its processes.
 *
 * @param wallSeconds running time of the processes together, in seconds
 * @param peakMemoryBytes largest resident memory of a process in bytes; 0 if the system does not report it
 */
public record Usage(double wallSeconds, long peakMemoryBytes) {
    static final Usage NONE = new Usage(0, 0);

    private static final Path STATUS = Path.of("/proc/self/status");

    /** Reads the usage that a run's processes have written to {@code file}; zero if there is no file. */
    public static Usage in(Path file) {
        return JsonFile.read(file, Usage.class).orElse(NONE);
    }

    /** Returns this usage plus {@code seconds} of this process and its peak memory. */
    Usage plus(double seconds) {
        return new Usage(wallSeconds + seconds, Math.max(peakMemoryBytes, peakOfThisProcess()));
    }

    private static long peakOfThisProcess() {
        try {
            return Files.exists(STATUS) ? peak(Files.readString(STATUS)) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(STATUS + " cannot be read", e);
        }
    }

    /** Returns the value of the line {@code VmHWM} in Linux's /proc/PID/status, in bytes; 0 without this line. */
    static long peak(String status) {
        return status.lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElse(0);
    }
}
