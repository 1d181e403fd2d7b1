package dev.longstream.producers.rollouts;

import dev.longstream.log.EventLog;
import dev.longstream.log.ThreadRole;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.StopTokens;
import dev.longstream.producers.following.Documents;
import dev.longstream.producers.following.WeightsFolder;
import dev.longstream.producers.following.WeightsFollower;
import dev.longstream.producers.queue.Lease;
import dev.longstream.producers.queue.Leases;
import dev.longstream.producers.queue.QueueReader;
import dev.longstream.producers.queue.Sending;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.record.Assignment;
import dev.longstream.record.SamplingSettings;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Weights;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Acquires assignments, samples their answers and publishes one trajectory for each answer. Weights change between
 * decoding chunks, without a stop. An assignment is acknowledged when all its trajectories are on the log; unfinished
 * assignments are released when the worker stops.
 */
public final class RolloutWorker extends ThreadRole {
    private static final Logger LOG = LoggerFactory.getLogger(RolloutWorker.class);
    private static final Duration IDLE_PATIENCE = Duration.ofMillis(200);
    private static final Duration BUSY_PATIENCE = Duration.ofMillis(1);

    private final EventLog log;
    private final RolloutConfig config;
    private final PromptStyle style;
    private final Duration lock;
    private final OpenGroup.Origin origin;
    private final Map<String, OpenGroup> open = new HashMap<>();
    private final Deque<SamplingRequest> waiting = new ArrayDeque<>();
    private @Nullable Weights weights;

    /**
     * Creates a worker; {@code start} runs it.
     *
     * @param worker name of this worker, unique within the run
     */
    public RolloutWorker(EventLog log, RolloutConfig config, PromptStyle style, String worker, String configDigest) {
        this(log, config, style, worker, configDigest, Lease.LOCK);
    }

    RolloutWorker(
            EventLog log, RolloutConfig config, PromptStyle style, String worker, String configDigest, Duration lock) {
        super("rollouts", "rollouts-" + worker);
        this.lock = lock;
        this.log = log;
        this.config = config;
        this.style = style;
        this.origin = new OpenGroup.Origin(log.topics().run(), worker, configDigest);
    }

    @Override
    protected void work() {
        String group = log.topics().name("rollouts");
        Lease.configureQueue(log, group, lock);
        try (WeightsFollower follower = new WeightsFollower(log)) {
            Weights first = firstWeights(follower);
            if (first == null) {
                return;
            }
            try (PolicyFolder folder = WeightsFolder.open(first);
                    PolicyModel model = PolicyModel.load(folder);
                    Sampler sampler =
                            new Sampler(model, first.getVersion(), StopTokens.of(folder), config.limits());
                    PromptRenderer renderer = new PromptRenderer(folder, style);
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
                        new QueueReader<>(log, name(), "an assignment", producer, InstantSource.system());
                weights = first;
                while (!stopping()) {
                    useNewest(follower, sampler, Duration.ZERO);
                    take(leases, assignments, sampler, renderer, documents, producer);
                    if (!catchUp(follower, sampler)) {
                        return; // closing the leases releases the waiting assignments
                    }
                    admit(sampler, producer);
                    publish(sampler.decodeChunk(), renderer, producer);
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

    /**
     * Waits until the weights are as new as those that admitted the open assignments. Older weights could produce an
     * answer that is trained on later than the bound on staleness allows. A version is announced together with the step
     * that admits assignments, so the wait takes milliseconds.
     *
     * @return false if the role was closed first
     */
    private boolean catchUp(WeightsFollower follower, Sampler sampler) {
        while (open.values().stream()
                .anyMatch(group -> group.assignment().getAdmittedVersion()
                        > Objects.requireNonNull(weights).getVersion())) {
            if (stopping()) {
                return false;
            }
            useNewest(follower, sampler, IDLE_PATIENCE);
        }
        return true;
    }

    private void useNewest(WeightsFollower follower, Sampler sampler, Duration patience) {
        Weights newest = follower.newest(patience).orElseThrow();
        if (newest.getVersion() <= Objects.requireNonNull(weights).getVersion()) {
            return;
        }
        try (PolicyFolder folder = WeightsFolder.open(newest)) {
            sampler.useWeights(newest.getVersion(), folder, config.onNewWeights());
            weights = newest;
        } catch (PolicyFolderException e) {
            // A superseded version may be deleted already; the newest one must exist.
            Weights after = follower.newest(IDLE_PATIENCE).orElseThrow();
            if (after.getVersion() == newest.getVersion()) {
                throw e;
            }
        }
    }

    private void take(
            Leases leases,
            QueueReader<Assignment> assignments,
            Sampler sampler,
            PromptRenderer renderer,
            Documents documents,
            KafkaProducer<String, SpecificRecord> producer) {
        boolean idle = sampler.isIdle() && waiting.isEmpty();
        for (Leases.Taken taken : leases.take(idle ? IDLE_PATIENCE : BUSY_PATIENCE)) {
            assignments.read(taken).ifPresent(assignment -> begin(assignment, taken, renderer, documents, producer));
        }
    }

    private void begin(
            Assignment assignment,
            Leases.Taken taken,
            PromptRenderer renderer,
            Documents documents,
            KafkaProducer<String, SpecificRecord> producer) {
        OpenGroup known = open.get(assignment.getGroupId());
        if (known != null) { // its lock ended during the work, and the broker delivered it to this worker again
            LOG.warn("{} was delivered again while it was being sampled: its lock ended", assignment.getGroupId());
            known.addDelivery(taken.lease(), taken.record().offset());
            return;
        }
        int deliveries = taken.record().deliveryCount().orElse((short) 1);
        OpenGroup group = new OpenGroup(
                assignment, taken.lease(), taken.record().offset(), deliveries - 1, origin, Instant.now());
        open.put(assignment.getGroupId(), group);
        if (deliveries >= Lease.DELIVERY_LIMIT) {
            fail(group, "delivered " + deliveries + " times, which is the limit, and never finished", producer);
            return;
        }
        try {
            int[] prompt = renderer.render(
                    assignment.getQuestion().getQuestion(),
                    assignment.getQuestion().getKind(),
                    assignment.getDocuments().stream().map(documents::get).toList());
            group.setPrompt(prompt);
            waiting.add(request(assignment, prompt));
        } catch (RuntimeException e) {
            LOG.warn("The prompt of {} could not be rendered", assignment.getGroupId(), e);
            fail(group, "the prompt could not be rendered: " + e.getMessage(), producer);
        }
    }

    private static SamplingRequest request(Assignment assignment, int[] prompt) {
        SamplingSettings settings = assignment.getSampling();
        SamplingParameters sampling = new SamplingParameters(
                settings.getTemperature(), settings.getTopP(), settings.getTopK(), settings.getMaxTokens());
        return new SamplingRequest(
                assignment.getGroupId(), prompt, assignment.getSamples(), sampling, assignment.getSeed());
    }

    /**
     * Submits waiting requests to the sampler, in order, while it has room. An idle sampler also receives a request
     * that it can never fit, so that its refusal says why.
     */
    private void admit(Sampler sampler, KafkaProducer<String, SpecificRecord> producer) {
        while (!waiting.isEmpty() && (sampler.isIdle() || sampler.hasRoomFor(waiting.peek()))) {
            SamplingRequest request = waiting.remove();
            try {
                sampler.submit(request);
            } catch (IllegalArgumentException e) {
                fail(Objects.requireNonNull(open.get(request.id())), e.getMessage(), producer);
            }
        }
    }

    private void publish(
            List<Sample> samples, PromptRenderer renderer, KafkaProducer<String, SpecificRecord> producer) {
        if (samples.isEmpty()) {
            return;
        }
        String digest = Objects.requireNonNull(weights).getDigest();
        List<Trajectory> trajectories = new ArrayList<>();
        for (Sample sample : samples) {
            OpenGroup group = Objects.requireNonNull(open.get(sample.requestId()));
            trajectories.add(group.answered(sample, renderer.decode(sample.tokens()), digest));
        }
        send(trajectories, producer);
    }

    private void fail(OpenGroup group, @Nullable String reason, KafkaProducer<String, SpecificRecord> producer) {
        String why = reason == null ? "unknown" : reason;
        send(
                IntStream.range(0, group.assignment().getSamples())
                        .mapToObj(sample -> group.failed(sample, why, Instant.now()))
                        .toList(),
                producer);
    }

    /** Publishes trajectories, then acknowledges the assignments that they complete. */
    private void send(List<Trajectory> trajectories, KafkaProducer<String, SpecificRecord> producer) {
        Sending.all(producer, log.topics().trajectories(), trajectories, Trajectory::getGroupId);
        open.values().removeIf(group -> {
            if (group.isComplete()) {
                group.finish();
            }
            return group.isComplete();
        });
    }
}
