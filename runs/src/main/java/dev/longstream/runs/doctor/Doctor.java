package dev.longstream.runs.doctor;

import dev.longstream.log.LogAddress;
import dev.longstream.log.LogException;
import dev.longstream.log.Reachability;
import dev.longstream.runs.config.LogSection;
import dev.longstream.runs.config.RunConfig;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Checks a machine before the first run: Java, memory, processor, allocator, disk, encoding, ports and servers. */
public final class Doctor {
    private static final int OLDEST_JAVA = 17;
    private static final long MEBIBYTE = 1L << 20;
    private static final long GIBIBYTE = 1L << 30;
    /** The quickstart's peak is 1.7 GiB. */
    private static final long ENOUGH_MEMORY = 2 * GIBIBYTE;

    private static final long MIN_MEMORY = GIBIBYTE;
    private static final long ENOUGH_DISK = 2 * GIBIBYTE;
    private static final long MIN_DISK = 256 * MEBIBYTE;

    private Doctor() {}

    /** Checks this machine, and the ports and servers that a configuration names. */
    public static List<Finding> examine(RunConfig config) {
        List<Finding> findings = new ArrayList<>(examine(MachineFacts.read(config.dir())));
        findings.addAll(network(config.log()));
        return findings;
    }

    /** Checks a machine by facts about it. */
    public static List<Finding> examine(MachineFacts facts) {
        return List.of(
                java(facts.java()),
                memory(facts.memory()),
                heap(facts.memory()),
                processor(facts.processor()),
                cores(facts.processor()),
                allocator(facts),
                disk(facts.disk()),
                temporary(facts.disk()),
                encoding(facts.java()));
    }

    private static Finding java(MachineFacts.JavaFacts java) {
        return java.version() >= OLDEST_JAVA
                ? Finding.ok("java", java.name())
                : Finding.problem("java", java.name(), "Install Java 17 or newer, or set JAVA_HOME to one");
    }

    private static Finding memory(MachineFacts.MemoryFacts memory) {
        String found = gibibytes(memory.available()) + " available of " + gibibytes(memory.total());
        if (memory.available() < MIN_MEMORY) {
            return Finding.problem("memory", found, "Free some: the quickstart needs 2 GiB");
        }
        return memory.available() < ENOUGH_MEMORY
                ? Finding.warning("memory", found, "Free some: the quickstart needs 2 GiB, a larger model more")
                : Finding.ok("memory", found);
    }

    private static Finding heap(MachineFacts.MemoryFacts memory) {
        String found = gibibytes(memory.maxHeap()) + " at most";
        return memory.maxHeap() > memory.total() / 2
                ? Finding.warning(
                        "heap",
                        found + ", more than half of the memory",
                        "Set LONGSTREAM_HEAP lower, e.g. to 1g: weights and caches are outside the heap")
                : Finding.ok("heap", found + " (LONGSTREAM_HEAP)");
    }

    private static Finding processor(MachineFacts.ProcessorFacts processor) {
        String system = processor.system().toLowerCase(Locale.ROOT);
        if (!system.startsWith("linux") || !(system.endsWith("amd64") || system.endsWith("x86_64"))) {
            return Finding.problem("processor", processor.system(), "Use Linux on x86-64, e.g. in a container");
        }
        boolean hasAvx2 = processor.flags().contains("avx2");
        boolean hasAvx512 = processor.flags().contains("avx512f");
        boolean hasBfloat =
                processor.flags().contains("avx512_bf16") || processor.flags().contains("amx_bf16");
        String found = processor.system() + ", AVX2 " + yesOrNo(hasAvx2) + ", AVX-512 " + yesOrNo(hasAvx512)
                + ", bfloat16 " + yesOrNo(hasBfloat);
        return hasAvx2
                ? Finding.ok("processor", found)
                : Finding.warning(
                        "processor", found, "Use a processor with AVX2: without it a step takes several times as long");
    }

    private static Finding cores(MachineFacts.ProcessorFacts processor) {
        return processor.cores() >= 2
                ? Finding.ok("cores", Integer.toString(processor.cores()))
                : Finding.warning(
                        "cores",
                        Integer.toString(processor.cores()),
                        "Use two: sampling and training each keep one busy");
    }

    private static Finding allocator(MachineFacts facts) {
        return facts.allocator()
                .map(library -> Finding.ok("allocator", library))
                .orElseGet(() -> Finding.warning(
                        "allocator",
                        "the system's",
                        "Install jemalloc (Debian, Ubuntu: apt-get install libjemalloc2; Fedora: dnf install jemalloc):"
                                + " a step gets a fifth to a quarter faster"));
    }

    private static Finding disk(MachineFacts.DiskFacts disk) {
        String found = gibibytes(disk.free()) + " free for " + disk.runs();
        if (!disk.writable()) {
            return Finding.problem(
                    "disk", disk.runs() + " cannot be written", "Name another folder with --dir, or change its owner");
        }
        if (disk.free() < MIN_DISK) {
            return Finding.problem("disk", found, "Free some, or name another folder with --dir");
        }
        return disk.free() < ENOUGH_DISK
                ? Finding.warning(
                        "disk", found, "Free some, or name another folder with --dir: a run keeps checkpoints")
                : Finding.ok("disk", found);
    }

    private static Finding temporary(MachineFacts.DiskFacts disk) {
        return disk.runsNatives()
                ? Finding.ok("temporary folder", disk.temporary() + " can hold native libraries")
                : Finding.problem(
                        "temporary folder",
                        disk.temporary() + " is mounted with noexec, so that no native library can be loaded from it",
                        "Name another: LONGSTREAM_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER");
    }

    private static Finding encoding(MachineFacts.JavaFacts java) {
        return java.encoding().equalsIgnoreCase("UTF-8")
                ? Finding.ok("encoding", java.encoding())
                : Finding.warning(
                        "encoding",
                        java.encoding(),
                        "Set LC_ALL=C.UTF-8: files whose names have other letters are not found");
    }

    private static List<Finding> network(LogSection log) {
        List<Finding> findings = new ArrayList<>();
        if (log.bootstrap() != null && log.registry() != null) {
            findings.add(servers(new LogAddress(log.bootstrap(), log.registry(), log.clientProperties())));
            return findings;
        }
        if (log.brokerPort() > 0) {
            findings.add(port("broker port", log.brokerPort(), "--broker-port"));
        }
        if (log.registryPort() > 0) {
            findings.add(port("registry port", log.registryPort(), "--registry-port"));
        }
        return findings;
    }

    private static Finding servers(LogAddress address) {
        String found = address.bootstrapServers() + " and " + address.registryUrl();
        try {
            Reachability.require(address);
            return Finding.ok("broker and registry", found + " answer");
        } catch (LogException e) {
            return Finding.problem(
                    "broker and registry", String.valueOf(e.getMessage()), "Start it, or correct the address");
        }
    }

    private static Finding port(String check, int port, String flag) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return Finding.ok(check, socket.getLocalPort() + " is free");
        } catch (IOException e) {
            return Finding.problem(
                    check,
                    port + " is taken (" + e.getMessage() + ")",
                    "Stop what listens there, or name another with " + flag + "; 0 takes any free one");
        }
    }

    private static String yesOrNo(boolean answer) {
        return answer ? "yes" : "no";
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIBIBYTE);
    }
}
