package dev.longstream.benchmarks;

import dev.longstream.policy.roofline.Roofline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether products in bfloat16 can be computed here at all. Some virtual machines announce matrix instructions and refuse them, which ends
 * the process that believes it; so another process, like this one, tries first.
 */
public final class BfloatCheck {
    private BfloatCheck() {}

    public static boolean works() {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BfloatCheck.class.getName()));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException("another Java cannot be started: " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while bfloat16 was tried", e);
        }
    }

    /** The other process. */
    public static void main(String[] arguments) {
        Roofline.measure(true);
    }
}
