package dev.longstream.runs.replay;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.producers.following.OpenWeights;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.following.RunFolderFiles;
import dev.longstream.progress.Progress;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Weights;
import dev.longstream.runs.audit.Pruning;
import dev.longstream.runs.folder.DocumentFiles;
import dev.longstream.runs.fork.Fork;
import dev.longstream.runs.log.ControlTopic;
import dev.longstream.runs.log.TopicCopy;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Copies the input of a replay from another run: questions, assignments, trajectories and verdicts, unchanged, and documents
 * that are stored outside the log. Finds the weights that its reinforcement learning started from. Rewards, groups and batches
 * are not copied; the replay computes them again.
 */
public final class ReplaySource {
    private static final List<Function<Topics, Topic<? extends SpecificRecord>>> COPIED = List.of(
            Topics::documents,
            Topics::prompts,
            Topics::demonstrations,
            Topics::verdicts,
            Topics::assignments,
            Topics::trajectories);

    private final EventLog source;
    private final EventLog target;
    private final Path sourceFolder;
    private final Path targetFolder;
    private final Progress progress;

    /**
     * Creates the copy of one run.
     *
     * @param run name of the run to copy; it is on the same cluster and must not be running
     * @param target log of the replay
     * @param dir folder of runs, with a folder for each of the two
     * @param progress receives a line per copied topic
     */
    public ReplaySource(String run, EventLog target, Path dir, Progress progress) {
        this.source = target.ofRun(run);
        this.target = target;
        this.sourceFolder = dir.resolve(run);
        this.targetFolder = dir.resolve(target.topics().run());
        this.progress = progress;
    }

    /**
     * Copies the records that are not copied yet and the promotions of shadows, then writes STOP to {@code control}, since nothing
     * more is sampled.
     *
     * @return model folder that reinforcement learning starts from
     */
    public Path copy() {
        requireTheWholeLog();
        Path weights = start();
        copyAnswers();
        return weights;
    }

    /**
     * Checks that the run can be replayed without training.
     *
     * @throws UnusableInputException if it has not started or its log was pruned
     */
    public void requireAnswers() {
        requireTheWholeLog();
        requireStart();
    }

    /**
     * Copies the same as {@link #copy}, without any check, for a replay that trains nothing. The replay's stages may process the
     * answers meanwhile.
     *
     * @return number of answers on the replay's log
     */
    public long copyAnswers() {
        long answers = 0;
        try (TopicCopy copy = new TopicCopy(source, target)) {
            for (Function<Topics, Topic<? extends SpecificRecord>> each : COPIED) {
                Topic<?> from = each.apply(source.topics());
                long records = copy.copy(from, each.apply(target.topics()));
                progress.say("Copied " + records + " records from " + from.name());
                answers = records; // trajectories are the last
            }
        }
        DocumentFiles.copy(sourceFolder, targetFolder);
        writeCommands();
        return answers;
    }

    private void requireTheWholeLog() {
        Pruning pruning = Pruning.of(source);
        if (pruning.record() != null) {
            throw new UnusableInputException("Run " + source.topics().run()
                    + " cannot be replayed: the answers before its"
                    + " version " + pruning.version() + " were removed from the log. Only a run with retention.keep:"
                    + " everything that was never pruned can be");
        }
    }

    private Path start() {
        Weights weights = requireStart();
        if (weights.getVersion() > 0) {
            return Fork.start(targetFolder);
        }
        RunFiles files = new RunFolderFiles(sourceFolder, source.topics());
        if (!files.has(weights)) {
            throw new UnusableInputException("The initial weights of run "
                    + source.topics().run() + " are missing, expected in " + sourceFolder + " as " + weights.getUri()
                    + "; a replay starts from them");
        }
        try (OpenWeights open = files.open(weights)) { // compares their digest
            return open.folder().path().resolveSibling("model"); // the announced folder may be a rounded copy
        }
    }

    /** Returns the announcement of the version that the run began with: 0, or the first one of a fork. */
    private Weights requireStart() {
        AtomicReference<@Nullable Weights> first = new AtomicReference<>();
        TopicReader.readAll(source, source.topics().weights(), record -> {
            Weights before = first.get();
            if (before == null || record.value().getVersion() < before.getVersion()) {
                first.set(record.value());
            }
        });
        Weights weights = first.get();
        if (weights == null) {
            throw new UnusableInputException(
                    "Run " + source.topics().run() + " has not started, so that there is nothing" + " to replay: "
                            + source.topics().weights().name() + " has no weights");
        }
        if (weights.getVersion() > 0
                && !ReplayedFork.isBegunLike(targetFolder, source.topics().run())) {
            throw new UnusableInputException("Run " + source.topics().run() + " began with version "
                    + weights.getVersion() + ", but " + targetFolder
                    + " does not begin there, because there is no fork.json in "
                    + sourceFolder + "; name the folder of runs that has it with --dir");
        }
        return weights;
    }

    /** Writes the promotions of the other run, which its answers carry, then STOP. */
    private void writeCommands() {
        if (ControlTopic.commands(target).contains(ControlCommand.STOP)) {
            return;
        }
        Set<Instant> copied = new HashSet<>();
        TopicReader.readAll(
                target,
                target.topics().control(),
                record -> copied.add(record.value().getAt()));
        TopicReader.readAll(source, source.topics().control(), record -> {
            if (record.value().getCommand() == ControlCommand.PROMOTE
                    && record.value().getPromoted() != null
                    && copied.add(record.value().getAt())) {
                ControlTopic.write(target, record.value());
                String shadow = record.value().getPromoted().getShadow();
                progress.say("Run " + source.topics().run() + " promoted its shadow " + shadow + " at phase "
                        + record.value().getPhase() + ": answers that name it are scored by scoring.shadows." + shadow
                        + " of this replay, or by the replay's own reward if there is no such shadow");
            }
        });
        Control stop = Control.newBuilder()
                .setCommand(ControlCommand.STOP)
                .setWho("longstream")
                .setWhy("a replay of " + source.topics().run() + ": its answers are all there is, none is sampled")
                .setAt(Instant.now())
                .build();
        ControlTopic.write(target, stop);
    }
}
