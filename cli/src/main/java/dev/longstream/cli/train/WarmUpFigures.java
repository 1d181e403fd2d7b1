package dev.longstream.cli.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.trainer.supervised.SupervisedProgress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The warm-up's steps as lines of JSON in the run's folder, each written when it is made. */
final class WarmUpFigures {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    WarmUpFigures(Path runFolder) {
        this.file = runFolder.resolve("warm-up.jsonl");
    }

    /** A line begins with its break: what a killed process left half written stays a line of its own. */
    void add(SupervisedProgress step) {
        try {
            Files.writeString(
                    file,
                    System.lineSeparator() + JSON.writeValueAsString(step),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("The warm-up's figures cannot be written to " + file, e);
        }
    }

    /** In the order of the steps; of one that was made twice, after a restart, the later. */
    List<SupervisedProgress> read() {
        if (!Files.exists(file)) {
            return List.of();
        }
        Map<Integer, SupervisedProgress> steps = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    add(line, steps);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The warm-up's figures cannot be read from " + file, e);
        }
        return List.copyOf(steps.values());
    }

    private static void add(String line, Map<Integer, SupervisedProgress> steps) {
        try {
            SupervisedProgress step = JSON.readValue(line, SupervisedProgress.class);
            steps.put(step.step(), step);
        } catch (JsonProcessingException e) { // half a line: its step was made again, from the checkpoint before
        }
    }
}
