package dev.longstream.runs.watch;

import dev.longstream.files.JsonFile;
import dev.longstream.files.PeakMemory;

import java.nio.file.Path;

/**
 * Time and memory that a run has used, over all its processes.
 *
 * @param wallSeconds running time of the processes together, in seconds
 * @param peakMemoryBytes largest resident memory of a process in bytes; 0 if the system does not report it
 */
public record Usage(double wallSeconds, long peakMemoryBytes) {
    static final Usage NONE = new Usage(0, 0);

    /** Reads the usage that a run's processes have written to {@code file}; zero if there is no file. */
    public static Usage in(Path file) {
        return JsonFile.read(file, Usage.class).orElse(NONE);
    }

    /** Returns this usage plus {@code seconds} of this process and its peak memory. */
    Usage plus(double seconds) {
        return new Usage(wallSeconds + seconds, Math.max(peakMemoryBytes, PeakMemory.bytes()));
    }
}
