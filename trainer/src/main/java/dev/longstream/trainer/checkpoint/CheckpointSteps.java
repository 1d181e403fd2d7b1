package dev.longstream.trainer.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at the checkpoints of a run without locking their folder. */
public final class CheckpointSteps {
    private static final Pattern NAME = Pattern.compile("step-(\\d{6,})");

    private CheckpointSteps() {}

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
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Matcher name = NAME.matcher(path.getFileName().toString());
                if (name.matches() && Files.exists(path.resolve(Checkpoints.MOMENTS))) {
                    steps.add(Long.parseLong(name.group(1)));
                }
            }
            return steps;
        } catch (IOException e) {
            throw new UncheckedIOException("The checkpoints in " + folder + " cannot be listed: " + e, e);
        }
    }
}
