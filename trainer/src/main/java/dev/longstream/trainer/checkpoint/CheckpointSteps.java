package dev.longstream.trainer.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at the checkpoints of a run without locking their folder. */
public final class CheckpointSteps {
    private static final Pattern NAME = Pattern.compile("step-(\\d{6,})");

    private CheckpointSteps() {}

    /** Returns the name of a checkpoint's folder: {@code step-000012}. */
    static String name(long step) {
        return String.format(Locale.ROOT, "step-%06d", step);
    }

    /** Returns the steps of all checkpoints in a folder, ascending. */
    static List<Long> all(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> NAME.matcher(path.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(match -> Long.parseLong(match.group(1)))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Returns the steps of the checkpoints that training can continue from, which have weights and moments.
     *
     * @param folder folder of checkpoints; it may be missing
     */
    public static SortedSet<Long> complete(Path folder) {
        SortedSet<Long> steps = new TreeSet<>();
        if (!Files.isDirectory(folder)) {
            return steps;
        }
        try {
            for (long step : all(folder)) {
                if (Files.exists(folder.resolve(name(step)).resolve(CheckpointFiles.MOMENTS))) {
                    steps.add(step);
                }
            }
            return steps;
        } catch (IOException e) {
            throw new UncheckedIOException("The checkpoints in " + folder + " cannot be listed: " + e, e);
        }
    }
}
