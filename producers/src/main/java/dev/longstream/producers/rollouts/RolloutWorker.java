package dev.longstream.producers.rollouts;

import dev.longstream.log.EventLog;
import dev.longstream.log.ThreadRole;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.StopTokens;
import dev.longstream.producers.following.Documents;
import dev.longstream.producers.following.OpenWeights;
import dev.longstream.producers.following.WeightsFollower;
import dev.longstream.producers.queue.Lease;
import dev.longstream.producers.queue.Leases;
import dev.longstream.producers.queue.QueueReader;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.producers.rendering.PromptForm;
import dev.longstream.record.Assignment;
import dev.longstream.record.Weights;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Acquires assignments, samples their answers and publishes one trajectory for each answer. Weights change between
 * decoding chunks, without a stop. An assignment is acknowledged when all its trajectories are on the log; unfinished
 * assignments are released when the worker stops.
 */
public final class RolloutWorker extends ThreadRole {
    private static final Duration IDLE_PATIENCE = Duration.ofMillis(200);
    private static final Duration BUSY_PATIENCE = Duration.ofMillis(1);

    private final EventLog log;
    private final RolloutConfig config;
    private final PromptForm form;
    private final Duration lock;
    private final OpenGroup.Origin origin;

    /**
     * Creates a worker; {@code start} runs it.
     *
     * @param worker name of this worker, unique within the run
     */
    public RolloutWorker(EventLog log, RolloutConfig config, PromptForm form, String worker, String configDigest) {
        this(log, config, form, worker, configDigest, Lease.LOCK);
    }

    RolloutWorker(
            EventLog log, RolloutConfig config, PromptForm form, String worker, String configDigest, Duration lock) {
        super("rollouts", "rollouts-" + worker);
        this.lock = lock;
        this.log = log;
        this.config = config;
        this.form = form;
        this.origin = new OpenGroup.Origin(log.topics().run(), worker, configDigest);
    }

    @Override
    protected void work() {
        String group = log.topics().name("rollouts");
        Lease.configureQueue(log, group, lock);
        try (WeightsFollower follower = new WeightsFollower(log)) {
            Weights announced = firstWeights(follower);
            if (announced == null) {
                return;
            }
            try (OpenWeights first = follower.open(announced);
                    PolicyModel model = PolicyModel.load(first.folder());
                    Sampler sampler = new Sampler(
                            model, first.announced().getVersion(), StopTokens.of(first.folder()), config.limits());
                    PromptRenderer renderer = new PromptRenderer(first.folder(), form);
                    Documents documents = new Documents(log, config.documentCharacters());
                    KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of());
                    Leases leases = new Leases(
                            log,
                            log.topics().assignments().name(),
                            group,
                            config.groupsAtOnce(),
                            config.leases(),
                            lock)) {
                QueueReader<Assignment> assignments =
                        new QueueReader<>(log, log.topics().assignments(), name(), producer, InstantSource.system());
                SampledWeights weights =
                        new SampledWeights(follower, sampler, config.onNewWeights(), first.announced());
                OpenGroups open = new OpenGroups(log, producer);
                RolloutLoop loop = new RolloutLoop(sampler, weights, renderer, documents, open, origin);
                while (!stopping()) {
                    weights.useNewest(Duration.ZERO);
                    for (Leases.Taken taken : leases.take(loop.isIdle() ? IDLE_PATIENCE : BUSY_PATIENCE)) {
                        assignments.read(taken).ifPresent(assignment -> loop.begin(assignment, taken));
                    }
                    // A version is announced together with the step that admits assignments: this takes milliseconds.
                    while (!loop.hasCurrentWeights() && !stopping()) {
                        weights.useNewest(IDLE_PATIENCE);
                    }
                    if (!stopping()) { // otherwise closing the leases releases the waiting assignments
                        if (!loop.isIdle()) {
                            beat();
                        }
                        loop.step();
                    }
                }
            }
        }
    }

    private @Nullable Weights firstWeights(WeightsFollower follower) {
        while (!stopping()) {
            Optional<Weights> first = follower.newest(IDLE_PATIENCE);
            if (first.isPresent()) {
                return first.get();
            }
        }
        return null;
    }
}
