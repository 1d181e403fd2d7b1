package dev.longstream.runs.passes;

import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.judging.BehaviourCache;
import dev.longstream.judging.BehaviourCounts;
import dev.longstream.judging.JudgeClient;
import dev.longstream.judging.JudgeConfig;
import dev.longstream.judging.JudgeRefusedException;
import dev.longstream.judging.JudgeResponse;
import dev.longstream.judging.JudgeRound;
import dev.longstream.judging.JudgeRound.AskedAnswer;
import dev.longstream.judging.Rubric;
import dev.longstream.log.EventLog;
import dev.longstream.progress.Progress;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.runs.config.JudgeSection;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.judges.OpenJudge;
import dev.longstream.runs.passes.BehaviourSample.SampledTrajectory;
import dev.longstream.runs.report.BehaviourReport;
import dev.longstream.runs.report.Reports;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the reasoning behaviours in a sample of a run's answers with a judge. Reads the answers from the log and samples no
 * new ones. Counts are stored, so that no request to the judge is repeated.
 */
public final class BehaviourPass {
    /** Length limit of a reply in tokens, enough for four named counts in any tokenizer. */
    private static final int REPLY_TOKENS = 64;

    private final RunConfig config;
    private final EventLog log;
    private final Progress progress;
    private final int every;
    private final int sample;
    private final Rubric rubric = Rubric.behaviours();
    private final InstantSource clock = InstantSource.system();

    /**
     * Creates a pass over a run.
     *
     * @param config configuration of the run, with its judge
     * @param log log of the run
     * @param progress shows the number of counted answers
     * @param every interval between sampled gradient steps; the first step is sampled
     * @param sample number of answers per sampled step
     */
    public BehaviourPass(RunConfig config, EventLog log, Progress progress, int every, int sample) {
        this.config = config;
        this.log = log;
        this.progress = progress;
        this.every = every;
        this.sample = sample;
    }

    /** Counts the behaviours, adds the result to the run's report if there is one, and returns it. */
    public BehaviourReport run() throws InterruptedException {
        List<SampledTrajectory> drawn = new BehaviourSample(log, config.seed(), every, sample).draw();
        if (drawn.isEmpty()) {
            throw new UnusableInputException("Run " + config.run() + " has made no gradient step ("
                    + log.topics().steps().name() + " is empty), so that there is no answer to count");
        }
        BehaviourCache cache = new BehaviourCache(config.folder());
        ask(drawn, cache);
        Map<String, BehaviourCounts> counts = cache.known();
        BehaviourReport counted = BehaviourReport.of(
                config.judge().name(),
                rubric.digest(),
                every,
                sample,
                drawn.stream()
                        .map(answer -> new BehaviourReport.CountedAnswer(
                                answer.step().getVersion(),
                                answer.step().getPhaseIndex(),
                                answer.step().getPhase(),
                                counts.get(question(answer).key())))
                        .toList());
        Reports.in(config.folder())
                .ifPresentOrElse(
                        report -> Reports.write(config.folder(), report.with(counted)),
                        () -> progress.say(
                                "The run has no report.json yet. Run the same command after its end to add the"
                                        + " counts; it repeats no request."));
        return counted;
    }

    private void ask(List<SampledTrajectory> drawn, BehaviourCache cache) throws InterruptedException {
        Map<String, AskedAnswer> questions = new LinkedHashMap<>();
        drawn.stream().map(this::question).forEach(asked -> questions.put(asked.key(), asked));
        questions.keySet().removeAll(cache.known().keySet());
        if (questions.isEmpty()) {
            return;
        }
        JudgeSection section = config.judge();
        JudgeConfig worker = section.worker().withReplies(REPLY_TOKENS);
        AtomicInteger done = new AtomicInteger();
        progress.begin("answers", questions.size());
        try (OpenJudge open = OpenJudge.open(section, System.getenv());
                JudgeClient client = new JudgeClient(open.endpoint(), worker, rubric)) {
            JudgeRound.<JudgeResponse<BehaviourCounts>>ask(
                    worker.inFlight(),
                    List.copyOf(questions.values()),
                    asked -> client.ask(asked, BehaviourCounts::read),
                    (asked, response) -> {
                        synchronized (cache) {
                            cache.keep(asked.key(), section.name(), rubric.digest(), response, clock.instant());
                            progress.at(done.incrementAndGet(), "");
                        }
                    });
        } catch (JudgeRefusedException e) {
            throw new UnreachableException(String.valueOf(e.getMessage()), e);
        }
    }

    private AskedAnswer question(SampledTrajectory sampled) {
        String question = sampled.trajectory().getQuestion().getQuestion();
        String answer = sampled.trajectory().getText();
        String key = new AskedJudge(config.judge().name(), rubric.digest(), false).key(question, List.of(), answer);
        return new AskedAnswer(key, question, List.of(), BehaviourCounts.disarmed(answer));
    }
}
