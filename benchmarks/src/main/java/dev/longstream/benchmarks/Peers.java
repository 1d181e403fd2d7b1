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
 * Another tool behind a command {@code peers WHAT MODEL --prompt P --answers G --answer-length A --dtype D --repeat 1}, whose last line of
 * output is a JSON object with {@code peer}, {@code seconds} and {@code peak_mib}.
 *
 * @param command the executable
 * @param what    step, shared, sample or llamacpp
 * @param model   folder, or file where the tool wants one
 * @param dtype   bf16 or f32
 * @param options more of its own, as they are
 */
public record Peers(Path command, String what, Path model, String dtype, List<String> options) {
    /** Linux counts the memory of whoever started a process as that process's peak; a child of a shell begins anew. */
    private static final String FORK = "\"$0\" \"$@\"; exit $?";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What one run of it reported. */
    record Report(String name, double seconds, long peakMemoryBytes) {
        /** @throws IllegalStateException when it is no report */
        static Report of(String output) {
            String last = output.lines().reduce("", (before, line) -> line.isBlank() ? before : line);
            try {
                JsonNode json = JSON.readTree(last);
                if (json.path("peer").isTextual() && json.path("seconds").isNumber()) {
                    return new Report(
                            json.path("peer").asText(),
                            json.path("seconds").asDouble(),
                            json.path("peak_mib").asLong() << 20);
                }
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a peer ends with '" + last + "', expected a JSON object", e);
            }
            throw new IllegalStateException("a peer reports " + last + ", expected peer and seconds");
        }
    }

    public Peers {
        options = List.copyOf(options);
        if (!Files.isExecutable(command)) {
            throw new IllegalArgumentException("there is no command " + command + ", expected the peers' tool");
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

    /** Runs it once, in a process of its own: one of several groups, which it would take one after the other, and multiplies. */
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
                throw new IllegalStateException(command + " " + what + " ended with code " + exit);
            }
            return Report.of(output);
        } catch (IOException e) {
            throw new UncheckedIOException(command + " cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command + " " + what + " ran", e);
        }
    }
}
