package dev.longstream.producers.evaluation;

import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.Draw;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.producers.following.StopTokens;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** Answers held-out questions with a policy, one answer each, and scores them. Needs no log. */
public final class Evaluator {
    private final EvaluationConfig config;
    private final SamplerLimits limits;
    private final AnswerScorer scorer;

    public Evaluator(EvaluationConfig config, SamplerLimits limits, AnswerScorer scorer) {
        this.config = config;
        this.limits = limits;
        this.scorer = scorer;
    }

    /**
     * @param progress told how many questions are answered
     * @param stop asked between decoding chunks; when it says so, what is answered so far is returned
     */
    public EvaluationResult evaluate(
            PolicyFolder folder, List<HeldOutQuestion> questions, IntConsumer progress, BooleanSupplier stop) {
        try (PolicyModel model = PolicyModel.load(folder);
                Tokenizer tokenizer = folder.tokenizer();
                Sampler sampler = new Sampler(model, 0, StopTokens.of(folder), limits)) {
            Map<String, HeldOutQuestion> asked = new HashMap<>();
            List<EvaluationResult.Answer> answers = new ArrayList<>();
            int failed = 0;
            Iterator<SamplingRequest> waiting =
                    questions.stream().map(question -> request(question, asked)).iterator();
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
                    HeldOutQuestion question = Objects.requireNonNull(asked.get(sample.requestId()));
                    OptionalDouble reward = scorer.score(question.question(), tokenizer.decode(sample.tokens(), true));
                    if (reward.isPresent()) {
                        answers.add(answer(question, sample, reward.getAsDouble()));
                    } else {
                        failed++;
                    }
                }
                progress.accept(answers.size() + failed);
            }
            return new EvaluationResult(answers, failed);
        }
    }

    private SamplingRequest request(HeldOutQuestion question, Map<String, HeldOutQuestion> asked) {
        String id = question.question().getPromptId();
        asked.put(id, question);
        Draw draw = new Draw(config.temperature(), config.topP(), 0, config.maxTokens());
        return new SamplingRequest(id, question.prompt(), 1, draw, id.hashCode());
    }

    private static EvaluationResult.Answer answer(HeldOutQuestion question, Sample sample, double reward) {
        return new EvaluationResult.Answer(
                question.question().getPromptId(),
                question.prompt().length,
                reward,
                sample.tokens().length,
                sample.truncated());
    }
}
