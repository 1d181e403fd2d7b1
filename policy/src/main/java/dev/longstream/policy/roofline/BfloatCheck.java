package dev.longstream.policy.roofline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Checks whether this machine computes products in bfloat16, and whether they are worth using. Some virtual machines
 * announce matrix instructions and then refuse them, which ends the process; so another process tries them first.
 */
public final class BfloatCheck {
    /** Minimum speedup of products, because rounding and copying operands takes a part of what they save. */
    private static final double MIN_SPEEDUP = 1.5;

    private static final String RESULT = "times as fast as float32: ";

    private BfloatCheck() {}

    /** The other process's result, computed once. */
    private static final class BfloatMemo {
        static final double TIMES_AS_FAST = ask();
    }

    /** Tells whether a process that computes such products survives. */
    public static boolean works() {
        return BfloatMemo.TIMES_AS_FAST > 0;
    }

    /** Tells whether products are so much faster that a whole step is faster. */
    public static boolean pays() {
        return BfloatMemo.TIMES_AS_FAST >= MIN_SPEEDUP;
    }

    private static double ask() {
        try {
            Path crash = Files.createTempFile("bfloat16", ".log");
            try {
                Process other = new ProcessBuilder(command(crash))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                String printed = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return other.waitFor() == 0 ? read(printed) : 0;
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

    private static double read(String printed) {
        return printed.lines()
                .filter(line -> line.startsWith(RESULT))
                .mapToDouble(line -> Double.parseDouble(line.substring(RESULT.length())))
                .findFirst()
                .orElse(0);
    }

    private static List<String> command(Path crash) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        for (String folder : List.of("java.io.tmpdir", "user.home", "DJL_CACHE_DIR", "ENGINE_CACHE_DIR")) {
            if (System.getProperty(folder) != null) { // may have been set after this process began
                command.add("-D" + folder + "=" + System.getProperty(folder));
            }
        }
        command.addAll(List.of("-XX:ErrorFile=" + crash, "-XX:-CreateCoredumpOnCrash"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BfloatCheck.class.getName()));
        return command;
    }

    /** Measures the speedup in the other process and prints it. */
    public static void main(String[] arguments) {
        Roofline machine = Roofline.measure(true);
        System.out.println(RESULT + Objects.requireNonNull(machine.bf16FlopsPerSecond()) / machine.f32FlopsPerSecond());
    }
}
