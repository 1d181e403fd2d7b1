package dev.longstream.evaluation;

import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.StopTokens;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Samples answers to held-out questions from a policy and scores them. Needs no log. */
public final class Evaluator {
    private final EvaluationConfig config;
    private final SamplerLimits limits;
    private final AnswerScorer scorer;

    /**
     * Creates an evaluator.
     *
     * @param config sampling settings
     * @param limits memory and batch limits of the sampler
     * @param scorer turns answers into rewards
     */
    public Evaluator(EvaluationConfig config, SamplerLimits limits, AnswerScorer scorer) {
        this.config = config;
        this.limits = limits;
        this.scorer = scorer;
    }

    /**
     * Samples one answer to each question and scores it.
     *
     * @param folder model folder of the policy
     * @param progress receives the number of answered questions
     * @param stop polled between decoding chunks; once true, sampling ends and the result is empty
     */
    public EvaluationResult evaluate(
            PolicyFolder folder, List<HeldOutQuestion> questions, IntConsumer progress, BooleanSupplier stop) {
        List<SampledAnswer> all = new ArrayList<>();
        sample(
                folder,
                questions,
                1,
                sampled -> {
                    all.add(sampled);
                    progress.accept(all.size());
                },
                stop);
        if (stop.getAsBoolean()) {
            return new EvaluationResult(List.of()); // not scored: nobody reads the result, and a judge may be slow
        }
        List<OptionalDouble> rewards = scorer.score(all.stream()
                .map(sampled -> new AnswerScorer.Written(sampled.question().question(), sampled.text()))
                .toList());
        List<EvaluationResult.AnswerResult> scored = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            OptionalDouble reward = rewards.get(i);
            scored.add(answer(all.get(i), reward.isPresent() ? (Double) reward.getAsDouble() : null));
        }
        return new EvaluationResult(scored);
    }

    /**
     * Samples answers and hands each one over as soon as it is complete.
     *
     * @param folder model folder of the policy
     * @param samples number of answers per question
     * @param answered receives the answers, on the calling thread
     * @param stop polled between decoding chunks; once true, sampling ends
     */
    public void sample(
            PolicyFolder folder,
            List<HeldOutQuestion> questions,
            int samples,
            Consumer<SampledAnswer> answered,
            BooleanSupplier stop) {
        try (PolicyModel model = PolicyModel.load(folder);
                Tokenizer tokenizer = folder.tokenizer();
                Sampler sampler = new Sampler(model, 0, StopTokens.of(folder), limits)) {
            Map<String, HeldOutQuestion> asked = new HashMap<>();
            Iterator<SamplingRequest> waiting = questions.stream()
                    .map(question -> request(question, samples, asked))
                    .iterator();
            SamplingRequest next = null;
            while ((waiting.hasNext() || next != null || sampler.activeRows() > 0) && !stop.getAsBoolean()) {
                while (next != null || waiting.hasNext()) {
                    next = next == null ? waiting.next() : next;
                    if (!sampler.isIdle() && !sampler.hasRoomFor(next)) {
                        break;
                    }
                    sampler.submit(next);
                    next = null;
                }
                for (Sample sample : sampler.decodeChunk()) {
                    answered.accept(new SampledAnswer(
                            Objects.requireNonNull(asked.get(sample.requestId())),
                            sample.sampleIndex(),
                            tokenizer.decode(sample.tokens(), true),
                            sample.tokens().length,
                            sample.truncated()));
                }
            }
        }
    }

    private SamplingRequest request(HeldOutQuestion question, int samples, Map<String, HeldOutQuestion> asked) {
        String id = question.question().getPromptId();
        asked.put(id, question);
        SamplingParameters parameters =
                new SamplingParameters(config.temperature(), config.topP(), 0, config.maxTokens());
        return new SamplingRequest(id, question.prompt(), samples, parameters, id.hashCode());
    }

    private static EvaluationResult.AnswerResult answer(SampledAnswer sampled, @Nullable Double reward) {
        return new EvaluationResult.AnswerResult(
                sampled.question().question().getPromptId(),
                sampled.question().prompt().length,
                reward,
                sampled.text(),
                sampled.tokens(),
                sampled.truncated());
    }
}
