package dev.longstream.evaluation;

import dev.longstream.log.EventLog;
import dev.longstream.log.ThreadRole;
import dev.longstream.log.TopicReader;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.producers.following.WeightsFolder;
import dev.longstream.producers.queue.Sending;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.record.Evaluation;
import dev.longstream.record.SamplingSettings;
import dev.longstream.record.Weights;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Evaluates chosen policy versions as they are announced, on a thread of its own. Finished when the topic
 * {@code evaluations} has a result for each of them; a version with a result is not evaluated again.
 */
public final class EvaluationRole extends ThreadRole {
    private static final Logger LOG = LoggerFactory.getLogger(EvaluationRole.class);
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final EventLog log;
    private final EvaluationConfig config;
    private final Evaluator evaluator;
    private final PromptStyle style;
    private final Map<Long, String> wanted;
    private final String set;
    private final String configDigest;
    private volatile boolean finished;
    private volatile String underWay = "";

    /**
     * Creates the role; it starts with {@link #start()}.
     *
     * @param log the run's log
     * @param config settings of the evaluation
     * @param evaluator samples and scores the answers
     * @param style form of the prompts
     * @param wanted labels of the policy versions to evaluate, by version
     * @param set name of the question set
     * @param configDigest digest of the run's configuration, stored with each result
     */
    public EvaluationRole(
            EventLog log,
            EvaluationConfig config,
            Evaluator evaluator,
            PromptStyle style,
            Map<Long, String> wanted,
            String set,
            String configDigest) {
        super("evaluation", "evaluation");
        this.log = log;
        this.config = config;
        this.evaluator = evaluator;
        this.style = style;
        this.wanted = new TreeMap<>(wanted);
        this.set = set;
        this.configDigest = configDigest;
    }

    @Override
    public boolean finished() {
        return finished;
    }

    /** Receives the progress of an evaluation. */
    @FunctionalInterface
    public interface EvaluationProgress {
        /** Reports that {@code answered} of {@code questions} questions are answered. */
        void at(int answered, int questions);
    }

    /**
     * Evaluates weights that were not announced, on the calling thread, before the roles run. Does nothing if the log has a
     * result with this label.
     */
    public void evaluateNow(String label, long version, PolicyFolder folder, EvaluationProgress progress) {
        evaluateOnce(label, version, folder, progress);
    }

    /** Evaluates a policy unless the log has a result with this label, perhaps of an instance that ran until now. */
    private void evaluateOnce(String label, long version, PolicyFolder folder, EvaluationProgress progress) {
        if (!published().contains(label)) {
            evaluate(label, version, folder, progress);
        }
    }

    @Override
    protected void work() {
        Set<String> published = published();
        wanted.values().removeIf(published::contains);
        follow();
        finished = wanted.isEmpty();
    }

    private void follow() {
        try (TopicReader<Weights> announcements =
                new TopicReader<>(log, log.topics().weights())) {
            while (!stopping() && !wanted.isEmpty()) {
                List<Weights> announced = new ArrayList<>();
                announcements.poll(PATIENCE, record -> announced.add(record.value()));
                for (Weights weights : announced) {
                    String label = wanted.get(weights.getVersion());
                    if (label != null && !stopping()) {
                        try (PolicyFolder folder = WeightsFolder.open(weights)) {
                            evaluateOnce(label, weights.getVersion(), folder, progressOf(label));
                        }
                        underWay = "";
                        if (!stopping()) {
                            wanted.remove(weights.getVersion());
                        }
                    }
                }
            }
        }
    }

    private Set<String> published() {
        Set<String> labels = new HashSet<>();
        TopicReader.readAll(
                log,
                log.topics().evaluations(),
                record -> labels.add(record.value().getLabel()));
        return labels;
    }

    /** Describes the evaluation in progress, for a progress display; "" if none is. */
    public String underWay() {
        return underWay;
    }

    private EvaluationProgress progressOf(String label) {
        return (answered, questions) -> {
            beat();
            underWay = label + ": " + answered + " of " + questions + " held-out questions";
        };
    }

    private void evaluate(String label, long version, PolicyFolder folder, EvaluationProgress progress) {
        List<HeldOutQuestion> questions;
        try (PromptRenderer renderer = new PromptRenderer(folder, style)) {
            questions = HeldOutSet.read(log, renderer);
        }
        EvaluationResult result = evaluator.evaluate(
                folder, questions, answered -> progress.at(answered, questions.size()), this::stopping);
        if (stopping()) {
            return;
        }
        publish(Evaluation.newBuilder()
                .setLabel(label)
                .setVersion(version)
                .setSet(set)
                .setQuestions(result.answers().size())
                .setFailed(result.failed())
                .setReward(result.reward())
                .setStandardError(result.standardError())
                .setResponseLength(result.responseLength())
                .setTruncatedFraction(result.truncatedFraction())
                .setByLength(result.byLength(config.lengths()))
                .setSampling(new SamplingSettings(config.temperature(), config.topP(), 0, config.maxTokens()))
                .setFinishedAt(Instant.now())
                .setConfigDigest(configDigest)
                .build());
        LOG.info("Held-out reward of version {} ({}): {}", version, label, result.reward());
    }

    private void publish(Evaluation evaluation) {
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            Sending.all(producer, log.topics().evaluations(), List.of(evaluation), Evaluation::getLabel);
        }
    }
}
