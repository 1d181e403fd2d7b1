package dev.longstream.runs.passes;

import dev.longstream.evaluation.AnswerScorer;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.StopTokens;
import dev.longstream.producers.following.Documents;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.progress.Progress;
import dev.longstream.record.Difficulty;
import dev.longstream.record.Prompt;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.config.SamplingSection;
import dev.longstream.runs.folder.FilesOfRun;
import dev.longstream.runs.judges.Evaluators;
import dev.longstream.runs.preparation.Sources;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * Measures the difficulty of a run's training prompts for one policy. Samples several answers to each prompt, scores them by
 * the reward that the run trains with, and writes their mean reward to the topic {@code difficulty} under the name of the pass.
 * A repeated pass continues with the prompts that have no result yet. A record without a prompt says that the pass is complete.
 */
public final class DifficultyPass {
    private static final long DOCUMENT_CHARACTERS = 1 << 26;

    private final RunConfig config;
    private final EventLog log;
    private final Progress progress;
    private final String name;
    private final int samples;
    private final int maxTokens;

    /**
     * Creates a pass over a run.
     *
     * @param config configuration of the run
     * @param log log of the run
     * @param progress shows the number of measured prompts
     * @param name name of the pass, for {@code phases[].difficulty-of}
     * @param samples number of answers per prompt
     * @param maxTokens length limit of an answer in tokens
     */
    public DifficultyPass(RunConfig config, EventLog log, Progress progress, String name, int samples, int maxTokens) {
        this.config = config;
        this.log = log;
        this.progress = progress;
        this.name = name;
        this.samples = samples;
        this.maxTokens = maxTokens;
    }

    /**
     * Measures the prompts without a result and returns how many got one.
     *
     * @param model model folder of the policy that answers
     */
    public int run(Path model) {
        Map<String, Prompt> prompts = unmeasured();
        SamplerLimits limits = config.rollouts().worker().limits();
        AnswerScorer scorer = Evaluators.training(config, log);
        progress.begin("prompts", prompts.size());
        int done = 0;
        try (PolicyFolder folder = PolicyFolder.open(model);
                PolicyModel policy = PolicyModel.load(folder);
                Tokenizer tokenizer = folder.tokenizer();
                Sampler sampler = new Sampler(policy, 0, StopTokens.of(folder), limits);
                PromptRenderer renderer =
                        new PromptRenderer(folder, config.prompts().form());
                Documents documents =
                        new Documents(log, FilesOfRun.inFolder(config, log.topics()), DOCUMENT_CHARACTERS);
                KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            for (Prompt prompt : prompts.values()) {
                // One prompt at a time: its documents are read once for all of its answers.
                sampler.submit(request(prompt, renderer, documents));
                Mean mean = new Mean();
                while (!sampler.isIdle()) {
                    for (Sample sample : sampler.decodeChunk()) {
                        String text = tokenizer.decode(sample.tokens(), true);
                        scorer.score(List.of(new AnswerScorer.Written(prompt.getQuestion(), text)))
                                .forEach(mean::add);
                    }
                }
                if (mean.count > 0) {
                    publish(prompt, mean, producer);
                    done++;
                }
                progress.at(done, "");
            }
            publishComplete(done, producer);
            producer.flush();
        }
        progress.close();
        return done;
    }

    private Map<String, Prompt> unmeasured() {
        Map<String, Prompt> prompts = new TreeMap<>();
        TopicReader.readAll(log, log.topics().prompts(), record -> {
            if (record.value().getSplit().equals(Sources.TRAIN)) {
                prompts.put(record.key(), record.value());
            }
        });
        Set<String> measured = new HashSet<>();
        TopicReader.readAll(log, log.topics().difficulty(), record -> {
            if (name.equals(record.value().getScoredBy())) {
                measured.add(record.value().getPromptId());
            }
        });
        prompts.keySet().removeAll(measured);
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
                new SamplingParameters(sampling.temperature(), sampling.topP(), sampling.topK(), maxTokens);
        return new SamplingRequest(id, tokens, samples, parameters, Objects.hash(config.seed(), name, id));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the next pass measures a prompt again whose result was lost
    private void publish(Prompt prompt, Mean mean, KafkaProducer<String, SpecificRecord> producer) {
        String id = prompt.getQuestion().getPromptId();
        Difficulty difficulty = Difficulty.newBuilder()
                .setPromptId(id)
                .setSamples(mean.count)
                .setRewardSum(mean.sum)
                .setMeanReward(mean.sum / mean.count)
                .setLastGroup("")
                .setLastVersion(0)
                .setPhaseIndex(0)
                .setScoredBy(name)
                .build();
        producer.send(new ProducerRecord<>(log.topics().difficulty().name(), id + "#" + name, difficulty));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the next pass writes the record again
    private void publishComplete(int measured, KafkaProducer<String, SpecificRecord> producer) {
        Difficulty complete = Difficulty.newBuilder()
                .setPromptId("")
                .setSamples(measured)
                .setRewardSum(0)
                .setMeanReward(0)
                .setLastGroup("")
                .setLastVersion(0)
                .setPhaseIndex(0)
                .setScoredBy(name)
                .build();
        producer.send(new ProducerRecord<>(log.topics().difficulty().name(), "#" + name, complete));
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
