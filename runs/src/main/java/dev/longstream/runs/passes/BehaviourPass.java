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
import java.util.concurrent.ThreadLocalRandom;

/**
 * Has a judge count the reasoning behaviours of a sample of a run's answers. Nothing is sampled from the policy, and nothing that was
 * counted is asked again.
 */
public final class BehaviourPass {
    /** Four counts by name, in any tokenizer; a verdict takes less. */
    private static final int REPLY_TOKENS = 64;

    private final RunConfig config;
    private final EventLog log;
    private final Progress progress;
    private final int every;
    private final int sample;
    private final Rubric rubric = Rubric.behaviours();
    private final InstantSource clock = InstantSource.system();

    /**
     * @param every of so many gradient steps one is looked at
     * @param sample answers of each such step
     */
    public BehaviourPass(RunConfig config, EventLog log, Progress progress, int every, int sample) {
        this.config = config;
        this.log = log;
        this.progress = progress;
        this.every = every;
        this.sample = sample;
    }

    /** Counts, and puts the result into the run's report if it has one. */
    public BehaviourReport run() throws InterruptedException {
        List<SampledTrajectory> drawn = new BehaviourSample(log, config.seed(), every, sample).draw();
        if (drawn.isEmpty()) {
            throw new UnusableInputException("Run " + config.run() + " has made no gradient step ("
                    + log.topics().steps().name() + "), so there is no answer to look at");
        }
        BehaviourCache book = new BehaviourCache(config.folder());
        ask(drawn, book);
        Map<String, BehaviourCounts> counts = book.known();
        BehaviourReport counted = BehaviourReport.of(
                config.judge().name(),
                rubric.digest(),
                every,
                sample,
                drawn.stream()
                        .map(one -> new BehaviourReport.CountedAnswer(
                                one.step().getVersion(),
                                one.step().getPhaseIndex(),
                                one.step().getPhase(),
                                counts.get(asked(one).key())))
                        .toList());
        Reports.in(config.folder())
                .ifPresentOrElse(
                        report -> Reports.write(config.folder(), report.with(counted)),
                        () -> progress.say("The run has no report.json yet; the same command puts this there once it"
                                + " is over, and asks nothing again."));
        return counted;
    }

    private void ask(List<SampledTrajectory> drawn, BehaviourCache book) throws InterruptedException {
        Map<String, AskedAnswer> questions = new LinkedHashMap<>();
        drawn.stream().map(this::asked).forEach(asked -> questions.put(asked.key(), asked));
        questions.keySet().removeAll(book.known().keySet());
        if (questions.isEmpty()) {
            return;
        }
        JudgeSection section = config.judge();
        JudgeConfig worker = section.worker().withReplies(REPLY_TOKENS);
        int[] done = {0};
        progress.begin("answers", questions.size());
        try (OpenJudge open = OpenJudge.open(section, System.getenv());
                JudgeClient client =
                        new JudgeClient(open.endpoint(), worker, rubric, clock, () -> ThreadLocalRandom.current()
                                .nextLong())) {
            JudgeRound.<JudgeResponse<BehaviourCounts>>ask(
                    worker.inFlight(),
                    List.copyOf(questions.values()),
                    asked -> client.ask(asked, BehaviourCounts::read),
                    (asked, heard) -> {
                        synchronized (book) {
                            book.keep(asked.key(), section.name(), rubric.digest(), heard, clock.instant());
                            done[0]++;
                            progress.at(done[0], "");
                        }
                    });
        } catch (JudgeRefusedException e) {
            throw new UnreachableException(String.valueOf(e.getMessage()), e);
        }
    }

    private AskedAnswer asked(SampledTrajectory one) {
        String question = one.trajectory().getQuestion().getQuestion();
        String answer = one.trajectory().getText();
        String key = new AskedJudge(config.judge().name(), rubric.digest(), false).key(question, List.of(), answer);
        return new AskedAnswer(key, question, List.of(), BehaviourCounts.disarmed(answer));
    }
}
