package dev.longstream.evaluation;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.ThreadRole;
import dev.longstream.log.TopicReader;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.producers.following.WeightsFolder;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.record.Evaluation;
import dev.longstream.record.SamplingSettings;
import dev.longstream.record.Weights;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
import java.util.concurrent.ExecutionException;

/**
 * Evaluates chosen policy versions as they are announced, without holding up anything else. Finished when each of them is
 * on {@code evaluations}; a version that is there already is not evaluated again.
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
     * @param wanted policy version to its label
     * @param set name of the question set
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

    /** Told how far an evaluation is. */
    @FunctionalInterface
    public interface EvaluationProgress {
        /** So many of the questions are answered. */
        void at(int answered, int questions);
    }

    /** Evaluates weights that are no announced version, before the roles run; does nothing if the label is on the log. */
    public void evaluateNow(String label, long version, PolicyFolder folder, EvaluationProgress progress) {
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
                            evaluate(label, weights.getVersion(), folder, told(label));
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

    /** Which version is being evaluated and how far that is; empty where none is. For whoever shows a run's progress. */
    public String underWay() {
        return underWay;
    }

    private EvaluationProgress told(String label) {
        return (answered, questions) -> underWay = label + ": " + answered + " of " + questions + " held-out questions";
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
            producer.send(new ProducerRecord<>(log.topics().evaluations().name(), evaluation.getLabel(), evaluation))
                    .get();
        } catch (ExecutionException e) {
            throw new LogException("An evaluation was refused by the broker: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while an evaluation was being sent", e);
        }
    }
}
