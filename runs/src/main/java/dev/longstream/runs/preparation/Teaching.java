package dev.longstream.runs.preparation;

import dev.longstream.evaluation.comparison.CandidatePolicy.ServerCandidate;
import dev.longstream.evaluation.comparison.Distillation;
import dev.longstream.evaluation.comparison.Distillation.Lesson;
import dev.longstream.evaluation.comparison.Distillation.TaughtQuestion;
import dev.longstream.evaluation.comparison.TeacherOptions;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.progress.Progress;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.config.TeacherSection;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.judges.Evaluators;
import dev.longstream.runs.serving.OpenEndpoint;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Asks the teacher of {@code demonstrations.teacher} and keeps the answers that earn a reward by the run's own rule.
 *
 * <p>The run folder stores every answer at once, in {@code taught.jsonl.answers.jsonl}, so that a repetition asks only for
 * those that are missing; {@code taught.jsonl} has the right ones.
 */
final class Teaching {
    private static final String FILE = "taught.jsonl";
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    /** Time limit of a request to a server in this process. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(10);

    private final RunConfig config;
    private final Map<String, String> environment;
    private final Progress progress;
    private final Runnable check;

    /**
     * Creates the teaching of a run.
     *
     * @param environment environment variables, among them the teacher's API key
     * @param check called after each question; it throws to end the teaching, which a repetition continues
     */
    Teaching(RunConfig config, Map<String, String> environment, Progress progress, Runnable check) {
        this.config = config;
        this.environment = environment;
        this.progress = progress;
        this.check = check;
    }

    /**
     * Returns the questions with a right answer, in order, and says how many there are.
     *
     * @param refused receives a line for each question without a right answer
     * @throws UnusableInputException if no answer earns a reward
     * @throws InterruptedRunException if this thread is interrupted
     */
    List<TaughtQuestion> teach(TeacherSection teacher, List<ImportedPrompt> prompts, Consumer<String> refused) {
        Path folder = config.folder().toAbsolutePath();
        progress.say("Asking the teacher " + teacher.name() + " for answers to " + prompts.size() + " questions");
        Lesson lesson;
        try (OpenEndpoint open =
                OpenEndpoint.open(teacher.endpoint(), teacher.inFlight(), REQUEST_TIMEOUT, environment)) {
            TeacherOptions options = new TeacherOptions(
                    teacher.samples(),
                    (float) teacher.temperature(),
                    teacher.maxTokens(),
                    teacher.inFlight(),
                    open.key(),
                    FIRST_PAUSE);
            lesson = new Distillation(
                            Evaluators.contest(config),
                            new ServerCandidate(teacher.name(), open.url(), teacher.name()),
                            teacher.name(),
                            options,
                            Evaluators.verification(config),
                            new CheckedProgress(progress, check))
                    .distill(prompts, folder.resolve(FILE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedRunException("Interrupted while the teacher was asked; the same command continues");
        }
        List<TaughtQuestion> right = lesson.questions().stream()
                .filter(one -> one.answer().isPresent())
                .toList();
        lesson.questions().stream()
                .filter(one -> one.answer().isEmpty())
                .forEach(one -> refused.accept(one.prompt().source()
                        + (one.answered()
                                ? ": no answer of the teacher earns a reward by the run's own rule, so none is imitated"
                                : ": the teacher gave no answer")));
        Distillation.DistillationOutcome outcome = lesson.outcome();
        progress.say(String.format(
                Locale.ROOT,
                "The teacher's answers to %d of %d questions earn a reward and become demonstrations; %d questions have"
                        + " wrong or cut answers alone, %d have none, %d are too long (%d requests now)",
                outcome.verified(),
                prompts.size(),
                outcome.wrong(),
                outcome.failed(),
                outcome.tooLong(),
                outcome.asked()));
        if (right.isEmpty()) {
            throw new UnusableInputException("None of the answers of the teacher " + teacher.name() + " to "
                    + prompts.size() + " questions earns a reward by the run's own rule; look at "
                    + folder.resolve(FILE + ".answers.jsonl")
                    + ", change demonstrations.teacher or scoring, or leave the teacher out");
        }
        return right;
    }

    /** Shows the progress, and checks after each question whether the work must end. */
    private record CheckedProgress(Progress shown, Runnable check) implements Progress {
        @Override
        public void begin(String part, long steps) {
            shown.begin(part, steps);
        }

        @Override
        public synchronized void at(long step, String words) {
            shown.at(step, words);
            check.run();
        }

        @Override
        public void say(String words) {
            shown.say(words);
        }

        @Override
        public void close() {
            shown.close();
        }
    }
}
