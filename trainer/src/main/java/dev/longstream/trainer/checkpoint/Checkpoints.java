package dev.longstream.trainer.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.files.FolderLease;
import dev.longstream.files.FolderLock;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.trainer.checkpoint.CheckpointDescription.DamageException;
import dev.longstream.trainer.learner.Learner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import static dev.longstream.trainer.checkpoint.CheckpointFiles.ADAPTER;
import static dev.longstream.trainer.checkpoint.CheckpointFiles.BEGIN;
import static dev.longstream.trainer.checkpoint.CheckpointFiles.DELTA;
import static dev.longstream.trainer.checkpoint.CheckpointFiles.MODEL;
import static dev.longstream.trainer.checkpoint.CheckpointFiles.MOMENTS;
import static dev.longstream.trainer.checkpoint.CheckpointFiles.ROUNDED;
import static dev.longstream.trainer.checkpoint.CheckpointFiles.STATE;
import static dev.longstream.trainer.checkpoint.CheckpointFiles.WEIGHTS;
import static dev.longstream.trainer.checkpoint.CheckpointFiles.weightsIn;

/**
 * The checkpoints of one training, in a folder that one process at a time may use.
 *
 * <p>The newest folder named {@code step-N} is complete at every moment, whichever process is killed. A checkpoint that
 * is being written or removed has another name, with host and process id, and the next process to open the folder removes it:
 * at once if its process was on the same host, and after an hour without a change if it was on another, where no lock may be
 * seen. A checkpoint that somebody reads is removed later.
 *
 * <p>A checkpoint is whole if it has the optimizer's moments; training continues from whole ones only. Others hold weights for
 * those who read versions.
 */
public final class Checkpoints implements AutoCloseable {
    private static final String LOCK = ".lock";
    private static final String ASIDE = "not-on-the-log-";
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Path folder;
    private final String configDigest;
    private final KeptCheckpoints kept;
    private final Set<Long> keptVersions;
    private final DurableFiles files;
    private final UnfinishedCheckpoints unfinishedFolders;
    private final AnnouncedFormat announced;
    private final FolderLock lock;
    private @Nullable WrittenBase base;

    /**
     * Opens a folder of checkpoints and locks it.
     *
     * @param folder created if missing
     * @param configDigest SHA-256 of the configuration that the training belongs to
     * @param keepWhole number of newest whole checkpoints to keep, and of newest versions with or without moments
     * @param keepWeights steps whose weights are kept whatever their age
     * @throws CheckpointException if another process trains in this folder, or the folder cannot be used
     */
    public Checkpoints(Path folder, String configDigest, int keepWhole, Set<Long> keepWeights, DurableFiles files) {
        this(
                folder,
                configDigest,
                new KeptCheckpoints(keepWhole, keepWhole, keepWeights),
                files,
                AnnouncedFormat.FLOAT32);
    }

    /**
     * Opens a folder of checkpoints whose versions are read by others, and locks it.
     *
     * @param kept checkpoints and weights that are kept
     * @param announced format of the weights that others read
     * @throws CheckpointException if another process trains in this folder, or the folder cannot be used
     */
    public Checkpoints(
            Path folder, String configDigest, KeptCheckpoints kept, DurableFiles files, AnnouncedFormat announced) {
        this.folder = folder.toAbsolutePath().normalize();
        this.configDigest = configDigest;
        this.kept = kept;
        this.keptVersions = new HashSet<>(kept.versions());
        this.files = files;
        this.unfinishedFolders = new UnfinishedCheckpoints(this.folder, files);
        this.announced = announced;
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
     * Returns the newest whole checkpoint that is not damaged; empty if there is no checkpoint. Says what is wrong with those
     * that it passes over. Removes the remains of an interrupted write or removal.
     *
     * @throws CheckpointException if every checkpoint is damaged, or one belongs to another configuration
     */
    public Optional<Checkpoint> restore() {
        return restore(checkpoint -> true);
    }

    /**
     * Returns the newest usable checkpoint that training can continue from, after verifying every byte of it. Besides whole
     * ones this may be version 0, whose moments are zero.
     *
     * @param usable tells whether the training can continue from a checkpoint, by its step, digest and state
     * @return empty if no undamaged checkpoint is usable, although there may be others
     * @throws CheckpointException if checkpoints are damaged and no other can be used, or one belongs to another configuration
     */
    public Optional<Checkpoint> restore(Predicate<Checkpoint> usable) {
        try {
            unfinishedFolders.clear();
            List<String> damages = new ArrayList<>();
            for (long step : newestFirst()) {
                Optional<Checkpoint> found = restore(step, usable, damages);
                if (found.isPresent()) {
                    damages.forEach(damage -> LOG.warn(
                            "{}; the run continues from {} and makes the steps after it again",
                            damage,
                            found.get().folder()));
                    return found;
                }
            }
            if (!damages.isEmpty()) {
                throw new CheckpointException(
                        "No checkpoint in " + folder + " can be used: " + String.join("; ", damages));
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new CheckpointException("Checkpoints in " + folder + " cannot be read: " + e, e);
        }
    }

    private Optional<Checkpoint> restore(long step, Predicate<Checkpoint> usable, List<String> damages)
            throws IOException {
        try {
            CheckpointDescription description = description(step);
            Checkpoint found = description.checkpoint(step);
            boolean promisesMoments = description.promisesMoments();
            if (!(promisesMoments || step == 0) || !usable.test(found)) {
                return Optional.empty();
            }
            description.verify(promisesMoments && (step > 0 || found.isWhole()));
            return Optional.of(found);
        } catch (DamageException e) {
            damages.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /**
     * Returns a kept version with its weights verified, whether it has moments or not; empty if there is none or it is damaged.
     *
     * @throws CheckpointException if it cannot be read or belongs to another configuration
     */
    public Optional<Checkpoint> version(long step) {
        try {
            if (!Files.isDirectory(place(step))) {
                return Optional.empty();
            }
            CheckpointDescription description = description(step);
            Checkpoint found = description.checkpoint(step);
            description.verify(false);
            return Optional.of(found);
        } catch (DamageException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CheckpointException("Checkpoint " + place(step) + " cannot be read: " + e, e);
        }
    }

    /**
     * Reads a whole checkpoint and verifies every byte, without locking the folder.
     *
     * @throws CheckpointException if there is none of this step, it has no moments, or it is damaged
     */
    public static Checkpoint read(Path folder, long step) {
        return read(folder, step, true);
    }

    /**
     * Reads a version and verifies every byte of its weights, without locking the folder.
     *
     * @throws CheckpointException if there is none of this step, or it is damaged
     */
    public static Checkpoint readWeights(Path folder, long step) {
        return read(folder, step, false);
    }

    private static Checkpoint read(Path folder, long step, boolean whole) {
        Path place = folder.resolve(CheckpointSteps.name(step));
        try {
            CheckpointDescription description = CheckpointDescription.read(place);
            Checkpoint found = description.checkpoint(step);
            if (whole && step > 0 && !found.isWhole()) {
                throw new CheckpointException("Version " + step + " in " + folder
                        + " has weights, but no moments any more, so that training cannot continue from it. Whole"
                        + " checkpoints: " + CheckpointSteps.complete(folder)
                        + ". trainer.keep-checkpoints says how many are kept");
            }
            description.verify(found.isWhole());
            return found;
        } catch (DamageException e) {
            throw new CheckpointException(
                    Files.isDirectory(place)
                            ? String.valueOf(e.getMessage())
                            : "There is no checkpoint " + place + ". Whole checkpoints: "
                                    + CheckpointSteps.complete(folder));
        } catch (IOException e) {
            throw new CheckpointException("Checkpoint " + place + " cannot be read: " + e, e);
        }
    }

    /** Returns the SHA-256 of the configuration that a checkpoint was made with. */
    public static String configDigest(Path folder, long step) {
        Path place = folder.resolve(CheckpointSteps.name(step));
        try {
            return CheckpointDescription.read(place).configDigest();
        } catch (IOException e) {
            throw new CheckpointException("Checkpoint " + place + " cannot be read: " + e, e);
        }
    }

    /**
     * Copies a checkpoint of another training to this folder, under this training's configuration. Does nothing if this folder
     * has a version of its step. A copy with moments is where this training begins, and stays.
     *
     * @param source the checkpoint, verified
     * @param state computes the state of the copy
     * @return the copy
     * @throws CheckpointException if it cannot be written, or the copy has other bytes than the source
     */
    public Checkpoint adopt(Checkpoint source, Function<WrittenModel, ObjectNode> state) {
        long step = source.step();
        Optional<Checkpoint> before = version(step);
        if (before.isPresent()) {
            return before.get();
        }
        Path unfinished = unfinishedFolders.place(step);
        try {
            files.delete(unfinished);
            for (Map.Entry<String, Path> file :
                    CheckpointFiles.content(source.folder()).entrySet()) {
                Path copy = unfinished.resolve(file.getKey());
                Files.createDirectories(copy.resolve("..").normalize());
                Files.copy(file.getValue(), copy);
            }
            ObjectNode own = state.apply(new WrittenModel(
                    place(step).resolve(MODEL),
                    source.modelDigest(),
                    source.modelBytes(),
                    Optional.empty(),
                    Optional.ofNullable(base)));
            CheckpointDescription description = CheckpointDescription.of(unfinished, step, configDigest, Map.of(), own);
            ObjectNode expected =
                    (ObjectNode) CheckpointDescription.read(source.folder()).digests();
            if (!source.isWhole()) {
                expected.remove(MOMENTS);
            }
            if (!description.digests().equals(expected)) {
                throw new IOException("the copy has the digests " + description.digests() + ", expected " + expected);
            }
            if (source.isWhole()) {
                files.write(unfinished.resolve(BEGIN), new byte[0]);
            }
            files.write(unfinished.resolve(STATE), description.toBytes());
            files.force(unfinished);
            files.rename(unfinished, place(step));
            return new Checkpoint(place(step), step, source.modelDigest(), source.modelBytes(), own);
        } catch (IOException | RuntimeException e) {
            throw notWritten(step, unfinished, e);
        }
    }

    /** Returns the file of the weights that training continues from, in a checkpoint. */
    private String weights() {
        return announced == AnnouncedFormat.ADAPTER ? ADAPTER : WEIGHTS;
    }

    /** Returns the format of the weights that others read. */
    public AnnouncedFormat announced() {
        return announced;
    }

    /**
     * Copies the base of the versions from now on, unless it is here already, and reads all of it.
     *
     * @param start folder of the whole policy, or of an adapter of it
     * @throws CheckpointException if it cannot be copied
     */
    public WrittenBase keepBase(Path start) {
        WrittenBase kept = new AdapterBase(folder, unfinishedFolders.base(), files).keep(start);
        base = kept;
        return kept;
    }

    /** Keeps the weights of a version whatever its age, from now on. */
    public void keepWeights(long step) {
        keptVersions.add(step);
    }

    /** Returns the absolute path of the folder. */
    public Path folder() {
        return folder;
    }

    /** Returns the steps of all kept versions, newest first. */
    public List<Long> newestFirst() {
        try {
            List<Long> steps = new ArrayList<>(steps());
            Collections.reverse(steps);
            return steps;
        } catch (IOException e) {
            throw new CheckpointException("Checkpoints in " + folder + " cannot be read: " + e, e);
        }
    }

    /**
     * Moves a version out of the way, so that another one with its number can be made. Its files stay on the disk; an earlier
     * version that was set aside under the same number is removed.
     *
     * @return folder that it was moved to
     */
    public Path setAside(long step) {
        Path aside = folder.resolve(ASIDE + CheckpointSteps.name(step));
        try {
            files.delete(aside);
            files.rename(place(step), aside);
            return aside;
        } catch (IOException e) {
            throw new CheckpointException(place(step) + " cannot be moved to " + aside + ": " + e, e);
        }
    }

    /** Writes a whole checkpoint, see {@link #write(long, Learner, boolean, Function, Runnable)}. */
    public Checkpoint write(long step, Learner learner, Function<WrittenModel, ObjectNode> state) {
        return write(step, learner, true, state, () -> {});
    }

    /**
     * Writes a checkpoint, then removes those that need not be kept. A version that is there already stays untouched if it is
     * complete and its weights have the same bytes; otherwise it is replaced.
     *
     * @param step gradient steps taken to reach the learner's weights
     * @param whole whether to write the moments; without them, training cannot continue from this version
     * @param state computes the training's own state once weights and moments are written; its exceptions are passed on, and
     *     nothing has changed then
     * @param permission called just before the checkpoint gets its place in the folder; its exceptions are passed on, and nothing
     *     has changed then
     * @return the checkpoint that is in the folder now
     * @throws CheckpointException if the checkpoint cannot be written, for example because the disk is full; earlier
     *     ones are unchanged
     */
    public Checkpoint write(
            long step, Learner learner, boolean whole, Function<WrittenModel, ObjectNode> state, Runnable permission) {
        Path unfinished = unfinishedFolders.place(step);
        Map<String, String> digests = writeFiles(step, learner, whole, unfinished);
        Checkpoint written = complete(step, digests, state, permission, unfinished);
        removeOld();
        return written;
    }

    /** Writes weights and moments, and returns their digests by relative path. */
    private Map<String, String> writeFiles(long step, Learner learner, boolean whole, Path unfinished) {
        try {
            files.delete(unfinished);
            Map<String, String> digests = new HashMap<>();
            digests.put(weights(), learner.writeModel(Files.createDirectories(unfinished.resolve(MODEL))));
            if (announced.isRounded()) {
                Path rounded = Files.createDirectories(unfinished.resolve(ROUNDED));
                digests.put(weightsIn(ROUNDED), learner.writeModel(rounded, DType.BF16));
            }
            if (whole) {
                digests.put(MOMENTS, learner.writeMoments(unfinished.resolve(MOMENTS)));
            }
            return digests;
        } catch (IOException | RuntimeException e) {
            throw notWritten(step, unfinished, e);
        }
    }

    private Checkpoint complete(
            long step,
            Map<String, String> digests,
            Function<WrittenModel, ObjectNode> state,
            Runnable permission,
            Path unfinished) {
        try {
            String digest = Objects.requireNonNull(digests.get(weights()));
            long bytes = Files.size(unfinished.resolve(weights()));
            String read = announced.isRounded() ? weightsIn(ROUNDED) : weights();
            WrittenModel model = new WrittenModel(
                    place(step).resolve(announced.isRounded() ? ROUNDED : MODEL),
                    Objects.requireNonNull(digests.get(read)),
                    Files.size(unfinished.resolve(read)),
                    delta(step, unfinished),
                    Optional.ofNullable(base));
            ObjectNode own = orRemove(unfinished, () -> state.apply(model));
            Optional<Checkpoint> before = unchanged(step, digests);
            if (before.isPresent()) {
                files.delete(unfinished);
                return before.get();
            }
            files.write(
                    unfinished.resolve(STATE),
                    CheckpointDescription.of(unfinished, step, configDigest, digests, own)
                            .toBytes());
            files.force(unfinished);
            orRemove(unfinished, () -> {
                permission.run();
                return own;
            });
            if (Files.isDirectory(place(step))) {
                files.rename(place(step), unfinishedFolders.replaced(step));
            }
            files.rename(unfinished, place(step));
            return new Checkpoint(place(step), step, digest, bytes, own);
        } catch (StateException e) {
            throw e.cause;
        } catch (IOException | RuntimeException e) {
            throw notWritten(step, unfinished, e);
        }
    }

    private Optional<WrittenDelta> delta(long step, Path unfinished) {
        return announced.hasDeltas()
                ? VersionDeltas.write(
                        step - 1,
                        place(step - 1).resolve(weightsIn(ROUNDED)),
                        unfinished.resolve(weightsIn(ROUNDED)),
                        unfinished.resolve(DELTA))
                : Optional.empty();
    }

    /** Calls a part of the training; removes the files if it fails, because the version must not be kept then. */
    private <T> T orRemove(Path unfinished, Supplier<T> part) throws IOException {
        try {
            return part.get();
        } catch (RuntimeException e) {
            files.delete(unfinished);
            throw new StateException(e);
        }
    }

    /** Returns the version that is in the folder already, if it is complete and has the same weights. */
    private Optional<Checkpoint> unchanged(long step, Map<String, String> digests) throws IOException {
        if (!Files.isDirectory(place(step))) {
            return Optional.empty();
        }
        try {
            CheckpointDescription description = description(step);
            Checkpoint found = description.checkpoint(step);
            if (!found.modelDigest().equals(digests.get(weights()))
                    || (digests.containsKey(MOMENTS) && !found.isWhole())) {
                return Optional.empty();
            }
            description.verify(found.isWhole());
            return Optional.of(found);
        } catch (DamageException e) {
            return Optional.empty();
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

    /** Reads what a checkpoint says of itself. */
    private CheckpointDescription description(long step) throws IOException {
        CheckpointDescription description = CheckpointDescription.read(place(step));
        String found = description.configDigest();
        if (!found.equals(configDigest)) {
            throw new CheckpointException(
                    "Checkpoint " + place(step) + " belongs to another configuration: its digest is "
                            + found + ", this run's is " + configDigest
                            + ". Continue with the configuration it was made with, or choose another name for this run");
        }
        return description;
    }

    /** Removes what need not be kept. What cannot be removed now is tried again after the next checkpoint. */
    private void removeOld() {
        try {
            List<Long> steps = steps();
            List<Long> whole = steps.stream()
                    .filter(step -> Files.exists(place(step).resolve(MOMENTS)))
                    .toList();
            Set<Long> complete = new HashSet<>(newest(whole, kept.whole()));
            complete.addAll(newest(steps, kept.whole()));
            Set<Long> weights = new HashSet<>(keptVersions);
            weights.addAll(newest(steps, kept.sampled()));
            for (long step : steps) {
                if (complete.contains(step) || Files.exists(place(step).resolve(BEGIN))) {
                    continue;
                }
                if (weights.contains(step)) {
                    files.delete(place(step).resolve(MOMENTS));
                } else if (!FolderLease.isHeld(place(step))) {
                    files.rename(place(step), unfinishedFolders.place(step));
                }
            }
            for (Path leaving : unfinishedFolders.abandoned()) {
                files.delete(leaving);
            }
        } catch (IOException e) {
            LOG.warn("An old checkpoint in {} cannot be removed now and takes space: {}", folder, e.toString());
        }
    }

    private static List<Long> newest(List<Long> steps, int count) {
        return steps.subList(Math.max(0, steps.size() - count), steps.size());
    }

    /** Step numbers of the complete checkpoints in this folder, ascending. */
    private List<Long> steps() throws IOException {
        return CheckpointSteps.all(folder);
    }

    private Path place(long step) {
        return folder.resolve(CheckpointSteps.name(step));
    }

    /** Carries an exception of the training itself. */
    private static final class StateException extends RuntimeException {
        private final RuntimeException cause;

        StateException(RuntimeException cause) {
            super(cause);
            this.cause = cause;
        }
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
