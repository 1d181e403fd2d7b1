package dev.longstream.runs.replay;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.progress.Progress;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Weights;
import dev.longstream.runs.audit.Pruning;
import dev.longstream.runs.log.ControlTopic;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Copies the input of a replay from another run: questions, assignments, trajectories and verdicts, unchanged, and the path of
 * the weights that its reinforcement learning started from. Rewards, groups and batches are not copied; the replay computes
 * them again.
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
    private final Progress progress;

    /**
     * Creates the copy of one run.
     *
     * @param run name of the run to copy; it is on the same cluster and must not be running
     * @param target log of the replay
     * @param progress receives a line per copied topic
     */
    public ReplaySource(String run, EventLog target, Progress progress) {
        this.source =
                new EventLog(target.address(), new Topics(run, target.topics().partitions()));
        this.target = target;
        this.progress = progress;
    }

    /**
     * Copies the records that are not copied yet, then writes STOP to {@code control}, since nothing more is sampled.
     *
     * @return model folder that reinforcement learning starts from
     */
    public Path copy() {
        requireTheWholeLog();
        Path weights = start();
        for (Function<Topics, Topic<? extends SpecificRecord>> each : COPIED) {
            Topic<?> from = each.apply(source.topics());
            long records = new TopicCopy(source, target).copy(from, each.apply(target.topics()));
            progress.say("Copied " + records + " records from " + from.name());
        }
        writeStop();
        return weights;
    }

    private void requireTheWholeLog() {
        Pruning pruning = Pruning.of(source);
        if (pruning.record() != null) {
            throw new UnusableInputException("Run " + source.topics().run() + " cannot be replayed: the answers before its"
                    + " version " + pruning.version() + " were removed from the log. Only a run with retention.keep:"
                    + " everything that was never pruned can be");
        }
    }

    private Path start() {
        AtomicReference<@Nullable Weights> first = new AtomicReference<>();
        TopicReader.readAll(source, source.topics().weights(), record -> {
            if (record.value().getVersion() == 0) {
                first.set(record.value());
            }
        });
        Weights weights = first.get();
        if (weights == null) {
            throw new UnusableInputException(
                    "Run " + source.topics().run() + " has not started, so that there is nothing" + " to replay: "
                            + source.topics().weights().name() + " has no weights of version 0");
        }
        Path folder = Path.of(URI.create(weights.getUri()));
        if (!Files.isDirectory(folder)) {
            throw new UnusableInputException("The initial weights of run "
                    + source.topics().run() + " are missing, expected in " + folder + "; a replay starts from them");
        }
        return folder;
    }

    private void writeStop() {
        if (ControlTopic.commands(target).contains(ControlCommand.STOP)) {
            return;
        }
        Control stop = Control.newBuilder()
                .setCommand(ControlCommand.STOP)
                .setWho("longstream")
                .setWhy("a replay of " + source.topics().run() + ": its answers are all there is, none is sampled")
                .setAt(Instant.now())
                .build();
        ControlTopic.write(target, stop);
    }
}
