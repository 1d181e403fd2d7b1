package dev.longstream.runs.doctor;

import dev.longstream.files.Mounts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Facts about this machine and process that decide whether, and how fast, Longstream runs.
 *
 * @param java the Java that runs
 * @param memory bytes of memory
 * @param processor cores and instruction sets
 * @param allocator file name of a memory allocator loaded in place of the system's; empty for none
 * @param disk the folders that are written
 */
public record MachineFacts(
        JavaFacts java, MemoryFacts memory, ProcessorFacts processor, Optional<String> allocator, DiskFacts disk) {
    private static final Path PROC = Path.of("/proc");
    private static final String KIBIBYTES = "\\s+(\\d+) kB";
    private static final long KIBIBYTE = 1024;

    /**
     * The Java that runs.
     *
     * @param version feature version, e.g. 17
     * @param name full version
     * @param encoding encoding in which paths are read and written
     */
    public record JavaFacts(int version, String name, String encoding) {}

    /**
     * Bytes of memory.
     *
     * @param total memory of the machine or the container
     * @param available memory that can be taken without swapping
     * @param maxHeap largest Java heap ({@code LONGSTREAM_HEAP}); weights and caches are outside it
     */
    public record MemoryFacts(long total, long available, long maxHeap) {}

    /**
     * The processor.
     *
     * @param system operating system and architecture, e.g. {@code Linux amd64}
     * @param cores cores that this process may use
     * @param flags instruction sets as Linux names them, e.g. {@code avx2}; empty where the system does not say
     */
    public record ProcessorFacts(String system, int cores, Set<String> flags) {}

    /**
     * Folders that are written.
     *
     * @param runs folder of runs; where it does not exist yet, the rest is about the nearest folder above it
     * @param free bytes that can be written there
     * @param writable true: the process may write there
     * @param temporary folder into which native libraries are unpacked
     * @param runsNatives true: libraries in {@code temporary} may be loaded; false: it is mounted with noexec
     */
    public record DiskFacts(Path runs, long free, boolean writable, Path temporary, boolean runsNatives) {}

    /** Looks at this machine and process. */
    public static MachineFacts read(Path runs) {
        return new MachineFacts(
                new JavaFacts(
                        Runtime.version().feature(),
                        Runtime.version().toString(),
                        System.getProperty("sun.jnu.encoding", "UTF-8")),
                readMemory(),
                new ProcessorFacts(
                        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                        Runtime.getRuntime().availableProcessors(),
                        flags(proc("cpuinfo"))),
                allocator(proc("self/maps")),
                readDisk(runs));
    }

    private static MemoryFacts readMemory() {
        String text = proc("meminfo");
        long total = kibibytes(text, "MemTotal") * KIBIBYTE;
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            total = system.getTotalMemorySize(); // a container's limit, where there is one
        }
        long available = kibibytes(text, "MemAvailable") * KIBIBYTE;
        return new MemoryFacts(
                total,
                available == 0 ? total : Math.min(total, available),
                Runtime.getRuntime().maxMemory());
    }

    private static DiskFacts readDisk(Path runs) {
        Path folder = runs.toAbsolutePath().normalize();
        while (!Files.isDirectory(folder) && folder.getParent() != null) {
            folder = folder.getParent();
        }
        Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toAbsolutePath();
        try {
            return new DiskFacts(
                    runs,
                    Files.getFileStore(folder).getUsableSpace(),
                    Files.isWritable(folder),
                    temporary,
                    !Mounts.isNoexec(temporary, Mounts.read()));
        } catch (IOException e) {
            throw new UncheckedIOException("The disk of " + folder + " cannot be looked at (" + e + ")", e);
        }
    }

    /** Value of a line of {@code /proc/meminfo}, in kibibytes; 0 where there is none. */
    static long kibibytes(String meminfo, String name) {
        return meminfo.lines()
                .filter(line -> line.matches(name + ":" + KIBIBYTES))
                .findFirst()
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .orElse(0L);
    }

    /** Instruction sets of the first processor in {@code /proc/cpuinfo}. */
    static Set<String> flags(String cpuinfo) {
        return cpuinfo.lines()
                .filter(line -> line.startsWith("flags"))
                .findFirst()
                .map(line -> Set.copyOf(Arrays.asList(
                        line.substring(line.indexOf(':') + 1).strip().split("\\s+"))))
                .orElse(Set.of());
    }

    /** File name of a known allocator among the libraries of {@code /proc/self/maps}. */
    static Optional<String> allocator(String maps) {
        return maps.lines()
                .map(line -> line.substring(line.lastIndexOf('/') + 1))
                .filter(file -> file.toLowerCase(Locale.ROOT).matches("lib(jemalloc|tcmalloc|mimalloc).*"))
                .findFirst();
    }

    private static String proc(String file) {
        try {
            return Files.readString(PROC.resolve(file));
        } catch (IOException | UncheckedIOException e) {
            return ""; // another system than Linux
        }
    }
}
