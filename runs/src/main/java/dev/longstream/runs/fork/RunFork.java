package dev.longstream.runs.fork;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicAdmin;
import dev.longstream.log.Topics;
import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.AdapterFolder;
import dev.longstream.producers.following.RunPaths;
import dev.longstream.progress.Progress;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.ForkPoint;
import dev.longstream.record.PromotedReward;
import dev.longstream.record.Weights;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.folder.DocumentFiles;
import dev.longstream.runs.folder.PublishedQuestions;
import dev.longstream.runs.folder.RunFolder;
import dev.longstream.runs.log.ControlTopic;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.log.TopicCopy;
import dev.longstream.trainer.checkpoint.CheckpointException;
import dev.longstream.trainer.loop.ForkedCheckpoint;
import dev.longstream.trainer.loop.ReferencePolicy;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes a run that begins at a step of another run: with its weights, moments, place in the curriculum and difficulties, its
 * questions and verdicts, and the numbers of its steps. Answers after that step are not taken over. The other run is only read,
 * and may be under way.
 *
 * <p>An interrupted fork is finished by the same command; nothing trains before.
 */
public final class RunFork {
    private static final List<Function<Topics, Topic<? extends SpecificRecord>>> COPIED =
            List.of(Topics::documents, Topics::prompts, Topics::demonstrations, Topics::verdicts);

    private final ResolvedConfig parent;
    private final ResolvedConfig resolved;
    private final long step;
    private final Progress progress;

    /**
     * Creates the fork.
     *
     * @param parent configuration of the other run
     * @param resolved configuration of the new run, in the same folder of runs
     * @param step policy version of the other run, whose whole checkpoint is kept
     * @param progress receives a line for each part
     */
    public RunFork(ResolvedConfig parent, ResolvedConfig resolved, long step, Progress progress) {
        this.parent = parent;
        this.resolved = resolved;
        this.step = step;
        this.progress = progress;
    }

    /**
     * Loads the configuration that a run was started with.
     *
     * @param dir folder of runs
     * @param run name of the run
     * @throws WrongUseException if there is no such run
     */
    public static ResolvedConfig parent(Path dir, String run) {
        Path file = dir.resolve(run).resolve(RunFolder.CONFIG_FILE);
        if (!Files.exists(file)) {
            throw new WrongUseException(
                    "There is no run " + run + " in " + dir + " (no " + file + "); name the folder of runs with --dir");
        }
        return new ConfigurationLoader()
                .file(file)
                .set("dir=" + dir)
                .set("run=" + run)
                .load();
    }

    /**
     * Makes the run, up to the command that starts its curriculum.
     *
     * @return folder of the new run
     * @throws WrongUseException if the other run has no whole checkpoint of this step, or the configurations do not fit
     */
    public Path make() {
        RunConfig from = parent.config();
        RunConfig to = resolved.config();
        requireFit(from, to);
        try (RunFolder folder = RunFolder.open(resolved);
                LogConnection open = LogConnection.existing(to)) {
            requireNew(folder.path());
            EventLog target = open.log();
            EventLog source = target.ofRun(from.run());
            ForkedCheckpoint checkpoint = checkpoint(from.folder().toAbsolutePath());
            ParentLog log = new ParentLog(source, step);
            ForkPoint point = log.point(
                    to.scheduledPhases().stream().map(PhaseSection::name).toList(),
                    ends(to),
                    to.batchSize(),
                    checkpoint.weightsDigest());
            point.setPromoted(promoted(point.getPromoted()));
            folder.claim();
            new Fork(from.run(), step, checkpoint.weightsDigest(), checkpoint.configDigest()).writeTo(folder.path());
            new TopicAdmin(target, to.log().replication()).createAll();
            copyTopics(source, target);
            copyStart(from.folder().toAbsolutePath(), folder.path());
            DocumentFiles.copy(from.folder().toAbsolutePath(), folder.path());
            PublishedQuestions.in(from.folder()).ifPresent(questions -> questions.writeTo(folder.path()));
            progress.say("Copying the checkpoint of step " + step);
            Weights weights = checkpoint.copyTo(
                    folder.path().resolve("checkpoints"), folder.resolved().digest(), phasesWithOwnReference(to));
            if (!ControlTopic.commands(target).contains(ControlCommand.START)) {
                write(target, log, weights);
                ControlTopic.write(target, start(log, point, folder.resolved().digest()));
            }
            return folder.path();
        }
    }

    /**
     * Returns the promoted rewards as the new run has them.
     *
     * @throws WrongUseException if its configuration lacks a promoted shadow
     */
    private List<@Nullable PromotedReward> promoted(List<@Nullable PromotedReward> ofParent) {
        List<@Nullable PromotedReward> rewards = new ArrayList<>();
        for (PromotedReward reward : ofParent) {
            if (reward != null && !resolved.config().shadows().containsKey(reward.getShadow())) {
                throw new WrongUseException("Run " + parent.config().run() + " trained on the reward of its shadow "
                        + reward.getShadow() + " at this step, but scoring.shadows of the new run does not name it;"
                        + " name it, with these settings or others");
            }
            rewards.add(
                    reward == null
                            ? null
                            : new PromotedReward(reward.getShadow(), resolved.shadowDigest(reward.getShadow())));
        }
        return rewards;
    }

    /** Returns the indexes of the phases that measure KL against the version at their start. */
    private static Set<Integer> phasesWithOwnReference(RunConfig config) {
        List<PhaseSection> phases = config.scheduledPhases();
        return IntStream.range(0, phases.size())
                .filter(phase -> phases.get(phase).start().reference() == ReferencePolicy.PHASE_START)
                .boxed()
                .collect(Collectors.toSet());
    }

    private ForkedCheckpoint checkpoint(Path folder) {
        try {
            return ForkedCheckpoint.read(folder.resolve("checkpoints"), step);
        } catch (CheckpointException e) {
            throw new WrongUseException(String.valueOf(e.getMessage()));
        }
    }

    private void requireFit(RunConfig from, RunConfig to) {
        if (from.run().equals(to.run())) {
            throw new WrongUseException("The new run has the name of the run that it is made from, " + from.run()
                    + "; choose another with --as");
        }
        if (from.batchSize() != to.batchSize()) {
            throw new WrongUseException("batch-size is " + to.batchSize() + ", but run " + from.run() + " has "
                    + from.batchSize() + ": a step of both must have the same number of groups, because the curriculum"
                    + " counts groups. To change it, start a new run from the weights in its checkpoint");
        }
        if (from.log().partitions() != to.log().partitions()) {
            throw new WrongUseException("log.partitions is " + to.log().partitions() + ", but run " + from.run()
                    + " has " + from.log().partitions() + ", and its topics are copied partition by partition");
        }
        if (!from.trainer().adapterShape().equals(to.trainer().adapterShape())) {
            throw new WrongUseException("trainer.adapter is "
                    + adapter(to) + ", but run " + from.run() + " has " + adapter(from)
                    + ": a fork trains what its parent trained. To change it, start a new run from the weights in its"
                    + " checkpoint, those of an adapter merged first: longstream merge");
        }
        if (to.totalSteps() <= step) {
            throw new WrongUseException(
                    "The new run has " + to.totalSteps() + " gradient steps, counted from version 0,"
                            + " and begins at step " + step + ": nothing is left to train; raise steps");
        }
    }

    private static String adapter(RunConfig config) {
        return config.trainer().adapterShape().map(AdapterConfig::toString).orElse("not set");
    }

    private void requireNew(Path folder) {
        Fork earlier = Fork.in(folder).orElse(null);
        boolean same = earlier != null && earlier.run().equals(parent.config().run()) && earlier.step() == step;
        if (!same && Files.exists(folder.resolve(RunFolder.CONFIG_FILE))) {
            throw new WrongUseException("There is a run in " + folder + " already; choose another name with --as");
        }
    }

    private static List<Long> ends(RunConfig config) {
        List<Long> ends = new ArrayList<>();
        long end = 0;
        for (PhaseSection phase : config.scheduledPhases()) {
            end += phase.steps();
            ends.add(end);
        }
        return ends;
    }

    private void copyTopics(EventLog source, EventLog target) {
        try (TopicCopy copy = new TopicCopy(source, target)) {
            for (Function<Topics, Topic<? extends SpecificRecord>> each : COPIED) {
                Topic<?> from = each.apply(source.topics());
                long records = copy.copy(from, each.apply(target.topics()));
                progress.say("Copied " + records + " records from " + from.name());
            }
        }
    }

    /** Copies the weights that reinforcement learning began with: the KL divergence is measured against them. */
    private static void copyStart(Path from, Path to) {
        Path source = Fork.in(from).isPresent()
                ? Fork.start(from)
                : from.resolve("checkpoints").resolve("step-000000/model");
        Path target = Fork.start(to);
        try {
            Files.createDirectories(target);
            try (Stream<Path> files = Files.list(source)) {
                for (Path file : files.toList()) {
                    Path copy = target.resolve(file.getFileName().toString());
                    if (!Files.exists(copy) || Files.size(copy) != Files.size(file)) {
                        Files.deleteIfExists(copy);
                        Files.copy(file, copy);
                    }
                }
            }
            if (AdapterFolder.isAdapter(target)) {
                AdapterFolder.nameBase(target, "../" + RunPaths.CHECKPOINTS + "/base");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The weights in " + source + " cannot be copied to " + target, e);
        }
    }

    /** Announces the version that the run begins with, and publishes the difficulties known then. */
    private void write(EventLog target, ParentLog log, Weights weights) {
        try (KafkaProducer<String, SpecificRecord> producer =
                target.producer(Map.of("transactional.id", target.topics().name("fork")))) {
            producer.initTransactions();
            producer.beginTransaction();
            log.difficulties(parent).forEach((key, difficulty) -> {
                var unused = producer.send(
                        new ProducerRecord<>(target.topics().difficulty().name(), key, difficulty));
            });
            var unused = producer.send(new ProducerRecord<>(
                    target.topics().weights().name(), 0, Long.toString(weights.getVersion()), weights));
            producer.commitTransaction();
        }
    }

    private Control start(ParentLog log, ForkPoint point, String configDigest) {
        return Control.newBuilder()
                .setCommand(ControlCommand.START)
                .setWho("longstream")
                .setWhy("this run begins at step " + step + " of run " + point.getRun())
                .setAt(Instant.now())
                .setPrompts(log.prompts())
                .setConfigDigest(configDigest)
                .setFork(point)
                .build();
    }
}
