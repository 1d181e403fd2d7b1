package dev.longstream.runs.watch;

import dev.longstream.files.JsonFile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a run has used, over all processes that worked on it.
 *
 * @param wallSeconds while a process was up
 * @param peakMemoryBytes largest resident memory of one; 0 where the system does not say
 */
public record Usage(double wallSeconds, long peakMemoryBytes) {
    static final Usage NONE = new Usage(0, 0);

    private static final Path STATUS = Path.of("/proc/self/status");

    /** Usage that the processes of a run have written to {@code file} so far. */
    public static Usage in(Path file) {
        return JsonFile.read(file, Usage.class).orElse(NONE);
    }

    /** Together with so many more seconds of this process. */
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

    /** Bytes of the line {@code VmHWM} of Linux's /proc/PID/status; 0 where there is none. */
    static long peak(String status) {
        return status.lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElse(0);
    }
}
