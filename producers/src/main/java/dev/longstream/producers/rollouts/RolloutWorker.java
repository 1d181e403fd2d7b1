package dev.longstream.producers.rollouts;

import dev.longstream.engines.EngineAccess;
import dev.longstream.log.EventLog;
import dev.longstream.log.ThreadRole;
import dev.longstream.producers.following.Documents;
import dev.longstream.producers.following.OpenWeights;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.following.WeightsOpener;
import dev.longstream.producers.queue.Leases;
import dev.longstream.producers.queue.QueueReader;
import dev.longstream.producers.rendering.PromptForm;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.producers.rollouts.RolloutListener.TimePart;
import dev.longstream.record.Assignment;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Acquires assignments, samples their answers and publishes one trajectory for each answer. {@link SamplingVersion} says when
 * the worker changes its weights. It acknowledges an assignment when all its trajectories are on the log, and releases
 * unfinished assignments when it stops.
 */
public final class RolloutWorker extends ThreadRole {
    private static final Duration IDLE_PATIENCE = Duration.ofMillis(200);
    private static final Duration BUSY_PATIENCE = Duration.ofMillis(1);

    private final EventLog log;
    private final RunFiles files;
    private final RolloutConfig config;
    private final PromptForm form;
    private final OpenGroup.Origin origin;
    private final SampledWeights.Rule rule;
    private final RolloutListener listener;
    private @Nullable EngineAccess engine;

    /**
     * Creates a worker; {@code start} runs it.
     *
     * @param files weights and large documents of the run
     * @param maxStaleness η, maximum number of gradient steps between the admission of a group and its training
     * @param worker name of this worker, unique within the run
     * @param listener hears what the worker does with its time and its memory
     */
    public RolloutWorker(
            EventLog log,
            RunFiles files,
            RolloutConfig config,
            int maxStaleness,
            PromptForm form,
            String worker,
            String configDigest,
            RolloutListener listener) {
        super("rollouts", "rollouts-" + worker);
        this.log = log;
        this.files = files;
        this.config = config;
        this.form = form;
        this.origin = new OpenGroup.Origin(log.topics().run(), worker, configDigest);
        this.rule = new SampledWeights.Rule(config.weights(), maxStaleness);
        this.listener = listener;
    }

    /** Lets an engine of its own sample, in place of the embedded one. Call it before the worker starts. */
    public RolloutWorker sampledBy(EngineAccess other) {
        engine = other;
        return this;
    }

    @Override
    protected void work() {
        try (WeightsOpener opener = new WeightsOpener(log, files)) {
            OpenWeights opened = firstWeights(opener);
            if (opened == null) {
                return;
            }
            try (OpenWeights first = opened;
                    GroupSampler sampler = sampler(first);
                    PromptRenderer renderer = new PromptRenderer(first.folder(), form);
                    Documents documents = new Documents(log, files, config.documentCharacters());
                    KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of());
                    Leases leases =
                            new Leases(log, log.topics().assignmentQueue(), config.groupsAtOnce(), config.leases())) {
                if (engine == null) {
                    first.close(); // everything of it is in memory, and the trainer may remove it
                }
                QueueReader<Assignment> assignments =
                        new QueueReader<>(log, log.topics().assignments(), name(), producer, InstantSource.system());
                SampledWeights weights = new SampledWeights(opener, sampler, rule, first.announced(), listener);
                OpenGroups open = new OpenGroups(log, producer);
                RolloutLoop loop = new RolloutLoop(sampler, weights, renderer, documents, open, origin);
                TimeSplit time = new TimeSplit(listener);
                while (!stopping()) {
                    loop.useRightWeights(Duration.ZERO);
                    time.spent(TimePart.WEIGHTS);
                    for (Leases.Taken taken : leases.take(loop.isIdle() ? IDLE_PATIENCE : BUSY_PATIENCE)) {
                        assignments.read(taken).ifPresent(assignment -> loop.begin(assignment, taken));
                    }
                    time.spent(TimePart.ASSIGNMENTS);
                    // A version is announced together with the step that admits assignments: in one process this takes
                    // milliseconds, on another host as long as its download.
                    while (!loop.hasRightWeights() && !stopping()) {
                        loop.useRightWeights(IDLE_PATIENCE);
                        time.spent(TimePart.WEIGHTS);
                    }
                    if (!stopping()) { // otherwise closing the leases releases the waiting assignments
                        if (!loop.isIdle() && loop.trouble().isEmpty()) {
                            beat();
                        }
                        loop.step();
                        waitFor(loop.trouble().orElse(null));
                        time.spent(TimePart.SAMPLE);
                        listener.onChunk(loop.state());
                    }
                }
            }
        }
    }

    private GroupSampler sampler(OpenWeights first) {
        return engine == null
                ? new EmbeddedSampler(first, config)
                : new RemoteSampler(first, engine, config, this::stopping);
    }

    private @Nullable OpenWeights firstWeights(WeightsOpener opener) {
        waitFor("the first policy version, which the trainer announces on "
                + log.topics().weights().name());
        while (!stopping()) {
            Optional<OpenWeights> first = opener.newerThan(-1, IDLE_PATIENCE);
            if (first.isPresent()) {
                waitFor(null);
                return first.get();
            }
        }
        return null;
    }
}
