package dev.longstream.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another tool, run by a command
 * {@code peers WHAT MODEL --prompt P --answers G --answer-length A --dtype D --repeat 1}. The last line of its output
 * must be a JSON object with {@code peer}, {@code seconds} and {@code peak_mib}.
 *
 * @param command the executable
 * @param what step, shared, sample or llamacpp
 * @param model folder of the model, or a file where the tool needs one
 * @param dtype bf16 or f32
 * @param options further options of the tool, passed unchanged
 */
public record Peers(Path command, String what, Path model, String dtype, List<String> options) {
    /**
     * A shell in between: Linux counts the starter's memory towards a process's peak, and a shell's child starts low.
     */
    private static final String FORK = "\"$0\" \"$@\"; exit $?";

    private static final long MEBIBYTE = 1L << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Result that one run of the tool reports. */
    record Report(String name, double seconds, long peakMemoryBytes) {
        /**
         * Parses the tool's output.
         *
         * @throws IllegalStateException if its last line is no report
         */
        static Report of(String output) {
            String last = output.lines().reduce("", (before, line) -> line.isBlank() ? before : line);
            try {
                JsonNode json = JSON.readTree(last);
                if (json.path("peer").isTextual() && json.path("seconds").isNumber()) {
                    return new Report(
                            json.path("peer").asText(),
                            json.path("seconds").asDouble(),
                            json.path("peak_mib").asLong() * MEBIBYTE);
                }
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("The output ends with '" + last + "', expected a JSON object", e);
            }
            throw new IllegalStateException(
                    "The output ends with '" + last + "', expected an object with peer and seconds");
        }
    }

    public Peers {
        options = List.copyOf(options);
        if (!Files.isExecutable(command)) {
            throw new IllegalArgumentException(
                    command + " is missing or not executable, expected the command that runs the other tools");
        }
    }

    List<String> arguments(Shape shape) {
        List<String> arguments = new ArrayList<>(List.of(command.toString(), what, model.toString()));
        arguments.addAll(List.of("--prompt", Integer.toString(shape.promptTokens() + shape.questionTokens())));
        arguments.addAll(List.of("--answers", Integer.toString(shape.answers())));
        arguments.addAll(List.of("--answer-length", Integer.toString(shape.answerTokens())));
        arguments.addAll(List.of("--dtype", dtype, "--repeat", "1"));
        arguments.addAll(options);
        return arguments;
    }

    /**
     * Runs the tool once, in a process of its own. For several groups it runs one and multiplies the time, because the
     * tool would take them one after the other.
     */
    Report run(Shape shape) {
        Report one = runOne(shape);
        return shape.questions() == 1
                ? one
                : new Report(
                        one.name() + ", one group × " + shape.questions(),
                        one.seconds() * shape.questions(),
                        one.peakMemoryBytes());
    }

    private Report runOne(Shape shape) {
        try {
            List<String> forked = new ArrayList<>(List.of("/bin/sh", "-c", FORK));
            forked.addAll(arguments(shape));
            Process process = new ProcessBuilder(forked)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IllegalStateException(command + " " + what + " ended with exit code " + exit);
            }
            return Report.of(output);
        } catch (IOException e) {
            throw new UncheckedIOException(command + " cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + command + " " + what + " ran", e);
        }
    }
}
