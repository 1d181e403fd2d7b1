package dev.longstream.producers.rollouts;

import dev.longstream.engines.EngineProgress;
import dev.longstream.failure.UnreachableException;
import dev.longstream.log.LogException;
import dev.longstream.log.WorkQueue;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.producers.following.Documents;
import dev.longstream.producers.queue.Leases;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.record.Assignment;
import dev.longstream.record.SamplingSettings;
import dev.longstream.record.Trajectory;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Renders assignments, gives them to the sampler and publishes its answers. Confined to one thread. */
final class RolloutLoop {
    private static final Logger LOG = LoggerFactory.getLogger(RolloutLoop.class);
    /** Pause after documents could not be read. */
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(2);

    private final GroupSampler sampler;
    private final SampledWeights weights;
    private final PromptRenderer renderer;
    private final Documents documents;
    private final OpenGroups open;
    private final OpenGroup.Origin origin;
    private final Deque<OpenGroup> unrendered = new ArrayDeque<>();
    private final Deque<SamplingRequest> waiting = new ArrayDeque<>();
    private long renderAt = System.nanoTime();

    RolloutLoop(
            GroupSampler sampler,
            SampledWeights weights,
            PromptRenderer renderer,
            Documents documents,
            OpenGroups open,
            OpenGroup.Origin origin) {
        this.sampler = sampler;
        this.weights = weights;
        this.renderer = renderer;
        this.documents = documents;
        this.open = open;
        this.origin = origin;
    }

    /** Returns whether nothing is being sampled and no prompt waits for the sampler. */
    boolean isIdle() {
        return sampler.isIdle() && waiting.isEmpty();
    }

    /** Returns what the sampler does and holds. */
    RolloutListener.SamplerState state() {
        return sampler.state(weights.version());
    }

    /** Returns what keeps the sampler from its work; empty: nothing. */
    Optional<String> trouble() {
        return sampler.trouble();
    }

    /**
     * Returns whether the sampler may go on. Under {@code newest} the weights must be as new as those that admitted the open
     * assignments: older ones could produce an answer that is trained on later than the bound on staleness allows. Under
     * {@code as-admitted} an idle sampler must have the version of the next group.
     */
    boolean hasRightWeights() {
        if (weights.areAsAdmitted()) {
            return !sampler.isIdle() || oldest().stream().allMatch(this::isOfThisVersion);
        }
        return SamplingVersion.isFreshEnough(weights.version(), open.newestAdmittingVersion());
    }

    /** Changes the weights if the rule demands it and they are ready within {@code patience}. */
    void useRightWeights(Duration patience) {
        if (!weights.areAsAdmitted()) {
            weights.useNewest(patience);
            return;
        }
        SamplingRequest next = oldest().orElse(null);
        if (next == null || !sampler.isIdle() || isOfThisVersion(next)) {
            return;
        }
        long version = admittedVersion(next);
        if (weights.isOver(version)) { // a second delivery: the first worker answered, and did not acknowledge it
            waiting.remove(next);
            open.fail(
                    groupOf(next),
                    "version " + version + ", under which it was admitted, is older than max-staleness allows, so the"
                            + " group is finished");
            return;
        }
        weights.use(version, patience);
    }

    /** Returns the first of the waiting requests with the oldest version. */
    private Optional<SamplingRequest> oldest() {
        return waiting.stream().min(Comparator.comparingLong(this::admittedVersion));
    }

    private boolean isOfThisVersion(SamplingRequest request) {
        return admittedVersion(request) == weights.version();
    }

    private long admittedVersion(SamplingRequest request) {
        return groupOf(request).assignment().getAdmittedVersion();
    }

    private OpenGroup groupOf(SamplingRequest request) {
        return Objects.requireNonNull(open.find(request.id()));
    }

    /** Accepts an assignment, which {@link #step} renders and samples when there is room. */
    void begin(Assignment assignment, Leases.Taken taken) {
        OpenGroup known = open.find(assignment.getGroupId());
        if (known != null) { // its lock ended during the work, and the broker delivered it to this worker again
            LOG.warn("{} was delivered again while it was being sampled: its lock ended", assignment.getGroupId());
            known.addDelivery(taken.lease(), taken.record().offset());
            return;
        }
        int deliveries = taken.record().deliveryCount().orElse((short) 1);
        OpenGroup group = new OpenGroup(
                assignment, taken.lease(), taken.record().offset(), deliveries - 1, origin, Instant.now());
        open.add(group);
        if (deliveries >= WorkQueue.DELIVERY_LIMIT) {
            open.fail(group, "delivered " + deliveries + " times, which is the limit, and never finished");
            return;
        }
        unrendered.add(group);
    }

    /**
     * Renders the prompts of new assignments. A broker or a shared folder that does not answer is no fault of a prompt: its
     * assignment waits, and the worker tries again after a pause.
     */
    private void render() {
        while (!unrendered.isEmpty() && System.nanoTime() - renderAt >= 0) {
            OpenGroup group = unrendered.element();
            Assignment assignment = group.assignment();
            try {
                int[] prompt = renderer.render(
                        assignment.getQuestion().getQuestion(),
                        assignment.getQuestion().getKind(),
                        assignment.getDocuments().stream().map(documents::get).toList());
                group.setPrompt(prompt);
                waiting.add(request(assignment, prompt));
            } catch (LogException | UnreachableException | KafkaException | UncheckedIOException e) {
                LOG.warn("The documents of {} cannot be read now; it waits: {}", assignment.getGroupId(), e.toString());
                renderAt = System.nanoTime() + RETRY_PAUSE.toNanos();
                return;
            } catch (RuntimeException e) {
                LOG.warn("The prompt of {} could not be rendered", assignment.getGroupId(), e);
                open.fail(group, "the prompt could not be rendered: " + e.getMessage());
            }
            unrendered.remove();
        }
    }

    private static SamplingRequest request(Assignment assignment, int[] prompt) {
        SamplingSettings settings = assignment.getSampling();
        SamplingParameters sampling = new SamplingParameters(
                settings.getTemperature(), settings.getTopP(), settings.getTopK(), settings.getMaxTokens());
        return new SamplingRequest(
                assignment.getGroupId(), prompt, assignment.getSamples(), sampling, assignment.getSeed());
    }

    /** Samples one chunk of tokens and publishes the answers that it completes. */
    void step() {
        render();
        submitWaiting();
        List<Trajectory> trajectories = new ArrayList<>();
        EngineProgress progress = sampler.advance();
        for (Sample sample : progress.answers()) {
            OpenGroup group = Objects.requireNonNull(open.find(sample.requestId()));
            long last = sample.versions().get(sample.versions().size() - 1).version();
            trajectories.add(group.answered(sample, renderer.decode(sample.tokens()), weights.digest(last)));
        }
        for (EngineProgress.FailedSample failed : progress.failures()) {
            OpenGroup group = Objects.requireNonNull(open.find(failed.requestId()));
            trajectories.add(group.failed(failed.sampleIndex(), failed.reason(), Instant.now()));
        }
        if (!trajectories.isEmpty()) {
            open.publish(trajectories);
        }
    }

    /**
     * Submits waiting requests to the sampler, in order, while it has room. An idle sampler also receives a request
     * that it can never fit, so that its refusal says why.
     */
    private void submitWaiting() {
        Optional<SamplingRequest> next = next();
        while (next.isPresent() && (sampler.isIdle() || sampler.hasRoomFor(next.get()))) {
            SamplingRequest request = next.get();
            waiting.remove(request);
            try {
                sampler.submit(request);
            } catch (IllegalArgumentException e) {
                open.fail(groupOf(request), e.getMessage());
            }
            next = next();
        }
    }

    /** Returns the next request for the present weights; empty if there is none, or an older version is due. */
    private Optional<SamplingRequest> next() {
        return weights.areAsAdmitted() ? oldest().filter(this::isOfThisVersion) : Optional.ofNullable(waiting.peek());
    }
}
