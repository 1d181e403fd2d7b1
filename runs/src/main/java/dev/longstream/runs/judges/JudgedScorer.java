package dev.longstream.runs.judges;

import dev.longstream.config.ConfigurationException;
import dev.longstream.evaluation.AnswerScorer;
import dev.longstream.judging.JudgeClient;
import dev.longstream.judging.JudgeRefusedException;
import dev.longstream.judging.JudgeRound;
import dev.longstream.judging.JudgeRound.AskedAnswer;
import dev.longstream.judging.VerdictCache;
import dev.longstream.record.Verdict;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.rewards.HybridReward;
import dev.longstream.rewards.HybridReward.Rating;
import dev.longstream.rewards.HybridReward.SettledRating;
import dev.longstream.rewards.HybridReward.WaitingRating;
import dev.longstream.runs.config.JudgeSection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Scores held-out answers by rule and judge. Sends an answer to the judge only if its verdict can change the reward and is not
 * in the cache. A judge that is a model folder is served only while there are requests.
 */
final class JudgedScorer implements AnswerScorer {
    private static final Logger LOG = LoggerFactory.getLogger(JudgedScorer.class);

    private final HybridReward reward;
    private final AskedJudge judge;
    private final JudgeSection section;
    private final Map<String, String> environment;
    private final VerdictCache cache;
    private final InstantSource clock;

    /**
     * Creates a scorer.
     *
     * @param environment environment variables, among them the judge's API key
     */
    JudgedScorer(
            HybridReward reward,
            AskedJudge judge,
            JudgeSection section,
            Map<String, String> environment,
            VerdictCache cache,
            InstantSource clock) {
        this.reward = reward;
        this.judge = judge;
        this.section = section;
        this.environment = environment;
        this.cache = cache;
        this.clock = clock;
    }

    @Override
    public List<OptionalDouble> score(List<Written> answers) {
        List<Rating> ratings = answers.stream()
                .map(answer -> reward.rate(answer.question(), answer.text()))
                .toList();
        Map<String, AskedAnswer> needed = new LinkedHashMap<>();
        for (int i = 0; i < answers.size(); i++) {
            if (ratings.get(i) instanceof WaitingRating waiting) {
                String answer = waiting.answer();
                String key = judge.key(answers.get(i).question(), answer);
                needed.put(
                        key,
                        new AskedAnswer(
                                key,
                                answers.get(i).question().getQuestion(),
                                answers.get(i).question().getGolds(),
                                answer));
            }
        }
        Map<String, Double> verdicts = needed.isEmpty() ? Map.of() : verdicts(needed);
        List<OptionalDouble> rewards = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            rewards.add(reward(ratings.get(i), answers.get(i), verdicts));
        }
        return rewards;
    }

    private OptionalDouble reward(Rating rating, Written answer, Map<String, Double> verdicts) {
        if (rating instanceof SettledRating settled) {
            return OptionalDouble.of(settled.reward());
        }
        if (rating instanceof WaitingRating waiting) {
            Double settled = reward.settle(waiting, verdicts.get(judge.key(answer.question(), waiting.answer())));
            return settled == null ? OptionalDouble.empty() : OptionalDouble.of(settled);
        }
        return OptionalDouble.empty();
    }

    private Map<String, Double> verdicts(Map<String, AskedAnswer> needed) {
        Map<String, Double> verdicts = cache.known(needed.keySet());
        List<AskedAnswer> unknown = needed.values().stream()
                .filter(asked -> !verdicts.containsKey(asked.key()))
                .toList();
        if (!unknown.isEmpty()) {
            List<Verdict> added = ask(unknown);
            cache.keep(added);
            for (Verdict verdict : added) {
                if (verdict.getScore() == null) {
                    LOG.warn(
                            "A held-out answer gets no reward, since the judge gave no verdict: {}",
                            verdict.getFailure());
                } else {
                    verdicts.put(verdict.getKey(), verdict.getScore());
                }
            }
        }
        return verdicts;
    }

    private List<Verdict> ask(List<AskedAnswer> unknown) {
        List<Verdict> verdicts = new ArrayList<>();
        try (OpenJudge open = OpenJudge.open(section, environment);
                JudgeClient client = new JudgeClient(open.endpoint(), section.worker(), Judges.rubric(section))) {
            JudgeRound.ask(client, section.worker().inFlight(), unknown, (asked, judgement) -> {
                synchronized (verdicts) {
                    verdicts.add(
                            judgement.toVerdict(asked.key(), judge.model(), judge.rubricDigest(), clock.instant()));
                }
            });
        } catch (JudgeRefusedException e) {
            throw new ConfigurationException(List.of(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the judge was scoring held-out answers", e);
        }
        return verdicts;
    }
}
