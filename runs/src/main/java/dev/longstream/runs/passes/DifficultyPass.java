package dev.longstream.runs.passes;

import dev.longstream.evaluation.AnswerScorer;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.StopTokens;
import dev.longstream.producers.following.Documents;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.queue.Sending;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.progress.Progress;
import dev.longstream.record.Difficulty;
import dev.longstream.record.Prompt;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.config.SamplingSection;
import dev.longstream.runs.judges.Evaluators;
import dev.longstream.runs.preparation.Sources;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Measures the difficulty of a run's training prompts for one policy. Samples several answers to each prompt, scores them by
 * the reward that the run trains with, and writes their mean reward to the topic {@code difficulty} under the name of the pass.
 * A repeated pass continues with the prompts that have no result yet. A record without a prompt says that the pass is complete.
 */
public final class DifficultyPass {
    private static final long DOCUMENT_CHARACTERS = 1 << 26;

    private static final Logger LOG = LoggerFactory.getLogger(DifficultyPass.class);

    private final RunConfig config;
    private final EventLog log;
    private final RunFiles files;
    private final MeasuredPrompts measured;
    private final Progress progress;

    /**
     * Creates a pass over a run.
     *
     * @param config configuration of the run
     * @param log log of the run
     * @param files large documents of the run
     * @param measured name of the pass, questions and answers to each
     * @param progress shows the number of measured prompts
     */
    public DifficultyPass(RunConfig config, EventLog log, RunFiles files, MeasuredPrompts measured, Progress progress) {
        this.config = config;
        this.log = log;
        this.files = files;
        this.measured = measured;
        this.progress = progress;
    }

    /** A prompt whose answers are being sampled. */
    private record Open(Prompt prompt, List<AnswerScorer.Written> answers) {}

    /**
     * Measures the prompts without a result and returns how many got one. A prompt that the policy cannot answer, because it
     * has too many tokens, gets none.
     *
     * @param folder policy that answers
     * @param version version of the policy, for the records
     * @param stopping whether to end early; the pass is not complete then
     */
    public int run(PolicyFolder folder, long version, BooleanSupplier stopping) {
        Map<String, Prompt> prompts = unmeasured();
        AnswerScorer scorer = Evaluators.training(config, log);
        progress.begin("prompts", prompts.size());
        int done = 0;
        try (PolicyModel policy = PolicyModel.load(folder);
                Tokenizer tokenizer = folder.tokenizer();
                Sampler sampler = new Sampler(
                        policy,
                        version,
                        StopTokens.of(folder),
                        config.rollouts().worker().limits());
                PromptRenderer renderer =
                        new PromptRenderer(folder, config.prompts().form());
                Documents documents = new Documents(log, files, DOCUMENT_CHARACTERS);
                KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            Deque<Prompt> waiting = new ArrayDeque<>(prompts.values());
            Map<String, Open> open = new HashMap<>();
            while (!stopping.getAsBoolean() && !(waiting.isEmpty() && sampler.isIdle())) {
                submit(waiting, open, sampler, renderer, documents);
                for (Sample sample : sampler.decodeChunk()) {
                    Open answered = Objects.requireNonNull(open.get(sample.requestId()));
                    answered.answers()
                            .add(new AnswerScorer.Written(
                                    answered.prompt().getQuestion(), tokenizer.decode(sample.tokens(), true)));
                    if (answered.answers().size() == measured.samples()) {
                        open.remove(sample.requestId());
                        Mean mean = new Mean();
                        scorer.score(answered.answers()).forEach(mean::add);
                        if (mean.count > 0) {
                            publish(difficulty(sample.requestId(), mean.count, mean.sum, version), producer);
                            done++;
                        }
                    }
                }
                progress.at(done, "");
            }
            if (!stopping.getAsBoolean()) {
                publish(difficulty("", done, 0, version), producer);
            }
        }
        progress.close();
        return done;
    }

    private void submit(
            Deque<Prompt> waiting,
            Map<String, Open> open,
            Sampler sampler,
            PromptRenderer renderer,
            Documents documents) {
        while (!waiting.isEmpty()) {
            SamplingRequest request = request(waiting.element(), renderer, documents);
            if (!sampler.isIdle() && !sampler.hasRoomFor(request)) {
                return;
            }
            Prompt prompt = waiting.remove();
            try {
                sampler.submit(request);
                open.put(request.id(), new Open(prompt, new ArrayList<>()));
            } catch (IllegalArgumentException e) {
                LOG.warn("No difficulty is measured: {}", e.getMessage());
            }
        }
    }

    private Map<String, Prompt> unmeasured() {
        Map<String, Prompt> prompts = new TreeMap<>();
        TopicReader.readAll(log, log.topics().prompts(), record -> {
            if (record.value().getSplit().equals(Sources.TRAIN)
                    && measured.which().test(record.value().getQuestion())) {
                prompts.put(record.key(), record.value());
            }
        });
        Set<String> known = new HashSet<>();
        TopicReader.readAll(log, log.topics().difficulty(), record -> {
            if (measured.pass().equals(record.value().getScoredBy())) {
                known.add(record.value().getPromptId());
            }
        });
        prompts.keySet().removeAll(known);
        return prompts;
    }

    private SamplingRequest request(Prompt prompt, PromptRenderer renderer, Documents documents) {
        SamplingSection sampling = config.sampling();
        String id = prompt.getQuestion().getPromptId();
        int[] tokens = renderer.render(
                prompt.getQuestion().getQuestion(),
                prompt.getQuestion().getKind(),
                prompt.getDocuments().stream().map(documents::get).toList());
        SamplingParameters parameters =
                new SamplingParameters(sampling.temperature(), sampling.topP(), sampling.topK(), measured.maxTokens());
        return new SamplingRequest(
                id, tokens, measured.samples(), parameters, Objects.hash(config.seed(), measured.pass(), id));
    }

    private Difficulty difficulty(String promptId, long samples, double sum, long version) {
        return Difficulty.newBuilder()
                .setPromptId(promptId)
                .setSamples(samples)
                .setRewardSum(sum)
                .setMeanReward(promptId.isEmpty() ? 0 : sum / samples)
                .setLastGroup("")
                .setLastVersion(version)
                .setPhaseIndex(0)
                .setScoredBy(measured.pass())
                .build();
    }

    private void publish(Difficulty difficulty, KafkaProducer<String, SpecificRecord> producer) {
        Sending.all(
                producer,
                log.topics().difficulty(),
                List.of(difficulty),
                record -> record.getPromptId() + "#" + measured.pass());
    }

    /** Mean reward of the answers whose reference answer can be read. */
    private static final class Mean {
        private long count;
        private double sum;

        void add(OptionalDouble reward) {
            if (reward.isPresent()) {
                count++;
                sum += reward.getAsDouble();
            }
        }
    }
}
