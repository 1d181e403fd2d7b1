package dev.longstream.runs.replay;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.progress.Progress;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Weights;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * What a replay takes from another run: its questions, what was assigned, what was answered and what judges said, copied as
 * they are, and the weights that its reinforcement learning began with. Rewards, groups and batches it does not take: they
 * are made again.
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

    /** @param run whose answers are taken; it is on the same cluster, and over or standing still */
    public ReplaySource(String run, EventLog target, Progress progress) {
        this.source =
                new EventLog(target.address(), new Topics(run, target.topics().partitions()));
        this.target = target;
        this.progress = progress;
    }

    /**
     * Copies what is not copied yet, and says on {@code control} that nothing more is sampled.
     *
     * @return weights that reinforcement learning begins with
     */
    public Path take() {
        Path weights = start();
        for (Function<Topics, Topic<? extends SpecificRecord>> each : COPIED) {
            Topic<?> from = each.apply(source.topics());
            long records = new TopicCopy(source, target).copy(from, each.apply(target.topics()));
            progress.say("Took " + records + " records of " + from.name());
        }
        sayStop();
        return weights;
    }

    private Path start() {
        Optional<Weights> first = version(0);
        Weights weights = first.orElseThrow(() ->
                new UnusableInputException("Run " + source.topics().run() + " has announced no weights (version 0 in "
                        + source.topics().weights().name() + "): it has not begun, there is nothing to replay"));
        Path folder = Path.of(URI.create(weights.getUri()));
        if (!Files.isDirectory(folder)) {
            throw new UnusableInputException(
                    "The weights that run " + source.topics().run() + " began with are not in " + folder
                            + " any more; a replay begins with the same");
        }
        return folder;
    }

    private Optional<Weights> version(long version) {
        Weights[] found = {null};
        TopicReader.readAll(source, source.topics().weights(), record -> {
            if (record.value().getVersion() == version) {
                found[0] = record.value();
            }
        });
        return Optional.ofNullable(found[0]);
    }

    private void sayStop() {
        boolean[] said = {false};
        TopicReader.readAll(
                target,
                target.topics().control(),
                record -> said[0] |= record.value().getCommand() == ControlCommand.STOP);
        if (said[0]) {
            return;
        }
        Control stop = Control.newBuilder()
                .setCommand(ControlCommand.STOP)
                .setWho("longstream")
                .setWhy("a replay of " + source.topics().run() + ": its answers are all there is, none is sampled")
                .setAt(Instant.now())
                .build();
        try (KafkaProducer<String, SpecificRecord> producer = target.producer(Map.of())) {
            producer.send(new ProducerRecord<>(
                            target.topics().control().name(), target.topics().run(), stop))
                    .get();
        } catch (ExecutionException e) {
            throw new LogException(
                    "STOP could not be written to " + target.topics().control().name() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while STOP was written", e);
        }
    }
}
