package dev.longstream.trainer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.files.FolderLock;
import dev.longstream.files.StateFormat;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.trainer.learner.Learner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of one training, in a folder that one process at a time may use.
 *
 * <p>The newest folder named {@code step-N} is complete at every moment, whichever process is killed. A checkpoint that
 * is being written or removed has another name, and the next process to open the folder removes it.
 */
public final class Checkpoints implements AutoCloseable {
    static final String MODEL = "model";
    static final String MOMENTS = "moments.safetensors";
    private static final String WEIGHTS = MODEL + "/model.safetensors";
    private static final String STATE = "state.json";
    private static final String LOCK = ".lock";
    private static final String UNFINISHED = ".unfinished-";
    private static final int FORMAT = 1;
    private static final Pattern NAME = Pattern.compile("step-(\\d{6,})");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Path folder;
    private final String configDigest;
    private final int keepWhole;
    private final Set<Long> keepWeights;
    private final DurableFiles files;
    private final FolderLock lock;

    /**
     * Opens a folder of checkpoints and locks it.
     *
     * @param folder created if missing
     * @param configDigest SHA-256 of the configuration that the training belongs to
     * @param keepWhole number of newest checkpoints to keep with their moments
     * @param keepWeights steps whose weights are kept whatever their age
     * @throws CheckpointException if another process trains in this folder, or the folder cannot be used
     */
    public Checkpoints(Path folder, String configDigest, int keepWhole, Set<Long> keepWeights, DurableFiles files) {
        this.folder = folder.toAbsolutePath().normalize();
        this.configDigest = configDigest;
        this.keepWhole = keepWhole;
        this.keepWeights = Set.copyOf(keepWeights);
        this.files = files;
        this.lock = lock(this.folder);
    }

    private static FolderLock lock(Path folder) {
        try {
            Files.createDirectories(folder);
            return FolderLock.take(folder, LOCK)
                    .orElseThrow(() -> new CheckpointException("Another process trains in " + folder
                            + "; stop it first, or give this run another name or folder"));
        } catch (IOException e) {
            throw new CheckpointException("Checkpoint folder " + folder + " cannot be used: " + e, e);
        }
    }

    /**
     * Returns the newest checkpoint after verifying every byte of it; empty if there is none. Removes the remains of an
     * interrupted write or removal.
     *
     * @throws CheckpointException if the checkpoint is damaged or belongs to another configuration
     */
    public Optional<Checkpoint> restore() {
        try {
            clearUnfinished();
            List<Long> steps = steps();
            return steps.isEmpty() ? Optional.empty() : Optional.of(verified(steps.get(steps.size() - 1)));
        } catch (IOException e) {
            throw new CheckpointException("Checkpoints in " + folder + " cannot be read: " + e, e);
        }
    }

    /**
     * Writes a checkpoint, then removes those that need not be kept.
     *
     * @param step gradient steps taken to reach the learner's weights
     * @param state computes the training's own state once weights and moments are written
     * @throws CheckpointException if the checkpoint cannot be written, for example because the disk is full; earlier
     *     ones are unchanged
     */
    public Checkpoint write(long step, Learner learner, Function<WrittenModel, ObjectNode> state) {
        Path unfinished = folder.resolve(UNFINISHED + name(step));
        Checkpoint written = writeWhole(step, learner, state, unfinished);
        removeOld();
        return written;
    }

    private Checkpoint writeWhole(
            long step, Learner learner, Function<WrittenModel, ObjectNode> state, Path unfinished) {
        try {
            files.delete(unfinished);
            Path model = Files.createDirectories(unfinished.resolve(MODEL));
            String digest = learner.writeModel(model);
            learner.writeMoments(unfinished.resolve(MOMENTS));
            long bytes = Files.size(unfinished.resolve(WEIGHTS));
            ObjectNode own = state.apply(new WrittenModel(place(step).resolve(MODEL), digest, bytes));
            files.write(unfinished.resolve(STATE), JSON.writeValueAsBytes(describe(step, digest, unfinished, own)));
            files.force(unfinished);
            files.rename(unfinished, place(step));
            return new Checkpoint(place(step), step, digest, bytes, own);
        } catch (IOException | RuntimeException e) {
            throw notWritten(step, unfinished, e);
        }
    }

    private CheckpointException notWritten(long step, Path unfinished, Exception cause) {
        String before = "there is no earlier one";
        try {
            List<Long> whole = steps();
            if (!whole.isEmpty()) {
                before = "the newest complete one is " + place(whole.get(whole.size() - 1));
            }
            files.delete(unfinished);
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
        return new CheckpointException(
                "Checkpoint " + place(step) + " could not be written: " + cause.getMessage() + "; " + before
                        + ". Is the disk full? The same command continues from there",
                cause);
    }

    private ObjectNode describe(long step, String modelDigest, Path written, ObjectNode own) throws IOException {
        ObjectNode description = JSON.createObjectNode();
        description.put("format", FORMAT);
        description.put("step", step);
        description.put("configDigest", configDigest);
        ObjectNode digests = description.putObject("sha256");
        for (Map.Entry<String, Path> file : content(written).entrySet()) {
            digests.put(
                    file.getKey(), file.getKey().equals(WEIGHTS) ? modelDigest : SafeTensors.sha256(file.getValue()));
        }
        description.set("state", own);
        return description;
    }

    /** Returns every file of a checkpoint except the description, by its relative path. */
    private static Map<String, Path> content(Path checkpoint) throws IOException {
        Map<String, Path> content = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(checkpoint)) {
            paths.filter(Files::isRegularFile)
                    .forEach(path ->
                            content.put(checkpoint.relativize(path).toString().replace('\\', '/'), path));
        }
        content.remove(STATE);
        return content;
    }

    private Checkpoint verified(long step) throws IOException {
        Path place = place(step);
        JsonNode description = JSON.readTree(Files.readAllBytes(require(place.resolve(STATE))));
        StateFormat.problem(place.resolve(STATE), description.path("format").asLong(), FORMAT)
                .ifPresent(problem -> {
                    throw new CheckpointException(problem);
                });
        String found = description.path("configDigest").asText();
        if (!found.equals(configDigest)) {
            throw new CheckpointException("Checkpoint " + place + " belongs to another configuration: its digest is "
                    + found + ", this run's is " + configDigest
                    + ". Continue with the configuration it was made with, or choose another name for this run");
        }
        JsonNode digests = description.path("sha256");
        for (Map.Entry<String, JsonNode> file : digests.properties()) {
            String digest = SafeTensors.sha256(require(place.resolve(file.getKey())));
            if (!digest.equals(file.getValue().asText())) {
                throw new CheckpointException("Checkpoint " + place + " is damaged: " + file.getKey() + " has SHA-256 "
                        + digest + ", expected " + file.getValue().asText());
            }
        }
        return new Checkpoint(
                place,
                step,
                digests.path(WEIGHTS).asText(),
                Files.size(require(place.resolve(WEIGHTS))),
                description.path("state"));
    }

    private static Path require(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException("Checkpoint " + file.getParent() + " is damaged: " + file + " is missing");
        }
        return file;
    }

    /** Removes what need not be kept. What cannot be removed now is tried again after the next checkpoint. */
    private void removeOld() {
        try {
            List<Long> steps = steps();
            for (long step : steps.subList(0, Math.max(0, steps.size() - keepWhole))) {
                if (keepWeights.contains(step)) {
                    files.delete(place(step).resolve(MOMENTS));
                } else {
                    files.rename(place(step), folder.resolve(UNFINISHED + name(step)));
                }
            }
            for (Path leaving : unfinished()) {
                files.delete(leaving);
            }
        } catch (IOException e) {
            LOG.warn("An old checkpoint in {} cannot be removed now and takes space: {}", folder, e.toString());
        }
    }

    /** Removes the remains of a process that ended early. They take space and do no other harm. */
    private void clearUnfinished() throws IOException {
        for (Path path : unfinished()) {
            try {
                LOG.info("{} is removed: the process that wrote or removed it ended early", path);
                files.delete(path);
            } catch (IOException e) {
                LOG.warn("{} cannot be removed now and takes space: {}", path, e.toString());
            }
        }
    }

    private List<Path> unfinished() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> path.getFileName().toString().startsWith(UNFINISHED))
                    .toList();
        }
    }

    /** Step numbers of the complete checkpoints in this folder, ascending. */
    private List<Long> steps() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> NAME.matcher(path.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(match -> Long.parseLong(match.group(1)))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }

    private Path place(long step) {
        return folder.resolve(name(step));
    }

    private static String name(long step) {
        return String.format(Locale.ROOT, "step-%06d", step);
    }

    /** Releases the lock, so that other processes can use the folder. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new CheckpointException("The lock of " + folder + " cannot be released: " + e, e);
        }
    }
}
