package dev.longstream.runs.preparation;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.longstream.files.JsonLines;
import dev.longstream.trainer.supervised.SupervisedProgress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Stores the figures of the warm-up's steps in {@code warm-up.jsonl} of the run folder, each step as soon as it ends. */
public final class WarmUpFigures {
    /** Reads the lines of every release: a figure that a line lacks is 0, and one that is not known is ignored. */
    private static final ObjectReader FIGURES = JsonLines.JSON
            .readerFor(SupervisedProgress.class)
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final Path file;
    private final JsonLines lines;

    /**
     * Opens the file of a run.
     *
     * @param folder run folder
     */
    public WarmUpFigures(Path folder) {
        this.file = folder.resolve("warm-up.jsonl");
        this.lines = new JsonLines(file);
    }

    /** Appends the figures of one step. */
    public void add(SupervisedProgress step) {
        lines.add(List.<JsonNode>of(JsonLines.JSON.valueToTree(step)));
    }

    /** Returns the figures in the order of the steps; for a step repeated after a restart, the later ones. */
    public List<SupervisedProgress> read() {
        Map<Integer, SupervisedProgress> steps = new TreeMap<>();
        for (JsonNode line : lines.read()) {
            try {
                SupervisedProgress step = FIGURES.readValue(line);
                steps.put(step.step(), step);
            } catch (IOException e) {
                throw new UncheckedIOException(file + " has a line that is not a step of a warm-up: " + line, e);
            }
        }
        return List.copyOf(steps.values());
    }
}
