package dev.longstream.benchmarks;

import dev.longstream.policy.roofline.Roofline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether products in bfloat16 can be computed here at all. Some virtual machines announce matrix instructions and refuse them, which ends
 * the process that believes it; so another process, like this one, tries first.
 */
public final class BfloatCheck {
    private BfloatCheck() {}

    public static boolean works() {
        try {
            Path crash = Files.createTempFile("bfloat16", ".log");
            try {
                return new ProcessBuilder(command(crash))
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
            } finally {
                Files.deleteIfExists(crash);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("another Java cannot be started to try bfloat16", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while bfloat16 was tried", e);
        }
    }

    private static List<String> command(Path crash) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-XX:ErrorFile=" + crash, "-XX:-CreateCoredumpOnCrash"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BfloatCheck.class.getName()));
        return command;
    }

    /** The other process. */
    public static void main(String[] arguments) {
        Roofline.measure(true);
    }
}
