package dev.longstream.evaluation;

import dev.longstream.log.EventLog;
import dev.longstream.log.ThreadRole;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.logging.LogOrigin;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.producers.following.AnnouncedWeights;
import dev.longstream.producers.following.Documents;
import dev.longstream.producers.following.OpenWeights;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.queue.Sending;
import dev.longstream.producers.rendering.PromptForm;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.record.Evaluation;
import dev.longstream.record.HeldOutAnswer;
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
import java.util.function.Function;

/**
 * Evaluates chosen policy versions as they are announced, on a thread of its own. Finished when the topic
 * {@code evaluations} has a result for each of them; a version with a result is not evaluated again.
 */
public final class EvaluationRole extends ThreadRole {
    private static final Logger LOG = LoggerFactory.getLogger(EvaluationRole.class);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final long DOCUMENT_CHARACTERS = 1 << 26;

    private final EventLog log;
    private final RunFiles files;
    private final EvaluationConfig config;
    private final Evaluator evaluator;
    private final PromptForm form;
    private final Map<Long, WantedEvaluation> wanted;
    private final String configDigest;
    private volatile boolean finished;
    private volatile long lastVersion = Long.MAX_VALUE;
    private volatile String underWay = "";

    /**
     * Creates the role; it starts with {@link #start()}.
     *
     * @param log the run's log
     * @param files weights and large documents of the run
     * @param config settings of the evaluation
     * @param evaluator samples and scores the answers
     * @param form form of the prompts
     * @param wanted evaluations, by policy version
     * @param configDigest digest of the run's configuration, stored with each result
     */
    public EvaluationRole(
            EventLog log,
            RunFiles files,
            EvaluationConfig config,
            Evaluator evaluator,
            PromptForm form,
            Map<Long, WantedEvaluation> wanted,
            String configDigest) {
        super("evaluation", "evaluation");
        this.log = log;
        this.files = files;
        this.config = config;
        this.evaluator = evaluator;
        this.form = form;
        this.wanted = new TreeMap<>(wanted);
        this.configDigest = configDigest;
    }

    @Override
    public boolean finished() {
        return finished;
    }

    /** Leaves out the versions after one, because the run ends early with it. */
    public void endAt(long version) {
        lastVersion = version;
    }

    /** Receives the progress of an evaluation. */
    @FunctionalInterface
    public interface EvaluationProgress {
        /** Reports that {@code answered} of {@code questions} questions are answered. */
        void at(int answered, int questions);
    }

    /**
     * Evaluates weights that were not announced on the held-out questions, on the calling thread, before the roles run. Does
     * nothing if the log has a result with this label.
     */
    public void evaluateNow(String label, long version, PolicyFolder folder, EvaluationProgress progress) {
        try (Documents documents = documents()) {
            evaluateOnce(new WantedEvaluation(label, HeldOutSet.SPLIT), version, folder, documents, progress);
        }
    }

    private Documents documents() {
        return new Documents(log, files, DOCUMENT_CHARACTERS);
    }

    /** Evaluates a policy unless the log has a result with this label, perhaps of an instance that ran until now. */
    private void evaluateOnce(
            WantedEvaluation evaluation,
            long version,
            PolicyFolder folder,
            Documents documents,
            EvaluationProgress progress) {
        if (!published().contains(evaluation.label())) {
            evaluate(evaluation, version, folder, documents, progress);
        }
    }

    @Override
    protected void work() {
        Set<String> published = published();
        wanted.values().removeIf(evaluation -> published.contains(evaluation.label()));
        follow();
        finished = wanted.isEmpty();
    }

    private void follow() {
        try (TopicReader<Weights> announcements =
                        new TopicReader<>(log, log.topics().weights());
                Documents documents = documents()) { // they are read once for all versions
            while (!stopping() && !wanted.isEmpty()) {
                wanted.keySet().removeIf(version -> version > lastVersion);
                List<Weights> announced = new ArrayList<>();
                announcements.poll(PATIENCE, record -> announced.add(record.value()));
                for (Weights weights : announced) {
                    files.note(weights);
                    WantedEvaluation evaluation = wanted.get(weights.getVersion());
                    if (evaluation != null && !stopping()) {
                        evaluate(weights, evaluation, documents);
                    }
                }
            }
        }
    }

    private void evaluate(Weights weights, WantedEvaluation evaluation, Documents documents) {
        try (OpenWeights open =
                AnnouncedWeights.open(files, weights, this::stopping).orElse(null)) {
            if (open != null) {
                evaluateOnce(evaluation, weights.getVersion(), open.folder(), documents, progressOf(evaluation));
            }
        }
        underWay = "";
        if (!stopping()) {
            wanted.remove(weights.getVersion());
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

    private EvaluationProgress progressOf(WantedEvaluation evaluation) {
        return (answered, questions) -> {
            beat();
            underWay =
                    evaluation.label() + ": " + answered + " of " + questions + " " + evaluation.split() + " questions";
        };
    }

    private void evaluate(
            WantedEvaluation wanted,
            long version,
            PolicyFolder folder,
            Documents documents,
            EvaluationProgress progress) {
        List<HeldOutQuestion> questions;
        try (PromptRenderer renderer = new PromptRenderer(folder, form)) {
            questions = HeldOutSet.read(log, documents, wanted.split(), renderer);
        }
        EvaluationResult result = evaluator.evaluate(
                folder, questions, answered -> progress.at(answered, questions.size()), this::stopping);
        if (stopping()) {
            return;
        }
        // The answers come first: a result on the log has all of its answers there.
        publish(
                log.topics().heldOutAnswers(),
                result.all().stream()
                        .map(answer -> answer(wanted, version, answer))
                        .toList(),
                answer -> answer.getLabel() + "/" + answer.getPromptId());
        Evaluation evaluation = Evaluation.newBuilder()
                .setLabel(wanted.label())
                .setVersion(version)
                .setSet(wanted.split())
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
                .build();
        publish(log.topics().evaluations(), List.of(evaluation), Evaluation::getLabel);
        LogOrigin.step(version);
        LOG.info(
                "Reward of version {} on {} questions ({}): {}",
                version,
                wanted.split(),
                wanted.label(),
                result.reward());
    }

    private HeldOutAnswer answer(WantedEvaluation wanted, long version, EvaluationResult.AnswerResult answer) {
        return HeldOutAnswer.newBuilder()
                .setLabel(wanted.label())
                .setVersion(version)
                .setSet(wanted.split())
                .setPromptId(answer.promptId())
                .setInputTokens(answer.inputTokens())
                .setAnswer(answer.text())
                .setCompletionTokens(answer.responseTokens())
                .setTruncated(answer.truncated())
                .setReward(answer.reward())
                .setConfigDigest(configDigest)
                .build();
    }

    private <V extends SpecificRecord> void publish(Topic<V> topic, List<V> records, Function<V, String> key) {
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            Sending.all(producer, topic, records, key);
        }
    }
}
