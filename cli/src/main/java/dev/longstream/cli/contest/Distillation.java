package dev.longstream.cli.contest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.cli.config.RunConfig;
import dev.longstream.cli.exit.CommandException;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.progress.Progress;
import dev.longstream.cli.train.Evaluators;
import dev.longstream.producers.evaluation.AnswerScorer;
import dev.longstream.producers.prompts.ImportedPrompt;
import dev.longstream.producers.prompts.PromptTemplate;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Demonstrations by a teacher: each question is put to a server in the instructed form until an answer is one that the run's rule verifies,
 * which is kept. Every answer is written to a file beside the demonstrations when it comes, and nothing is asked twice.
 */
public final class Distillation {
    /** So many failures with no answer between them, and the teacher is taken to be gone. */
    private static final int FAILURES_IN_A_ROW = 10;

    private static final String THOUGHT = "<think>";
    private static final String THOUGHT_END = "</think>";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunConfig config;
    private final Contestant teacher;
    private final TeacherOptions options;
    private final AnswerScorer rules;
    private final ChatServer server;
    private final Progress progress;
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();

    /** @param teacher a server */
    public Distillation(RunConfig config, Contestant teacher, TeacherOptions options, Progress progress) {
        this.config = config;
        this.teacher = teacher;
        this.options = options;
        this.rules = Evaluators.rules(config);
        this.server = new ChatServer(
                Objects.requireNonNull(teacher.server()),
                Objects.requireNonNull(teacher.model()),
                options.apiKey(),
                options.sampling(config.evaluation()),
                options.temperature(),
                options.firstPause());
        this.progress = progress;
    }

    /**
     * What came of it.
     *
     * @param questions that were put
     * @param asked requests of this process
     * @param verified demonstrations in the file
     * @param wrong questions whose answers the rule refused, or that were cut off
     * @param failed questions without any answer; they are asked again the next time
     */
    public record Outcome(int questions, int asked, int verified, int wrong, int failed) {}

    /** A question with what came of it: a demonstration, or none. */
    private record Taught(ImportedPrompt prompt, Optional<String> answer, boolean answered) {}

    /**
     * Writes the demonstrations, as {@code demonstrations.written} reads them, in the order of the questions.
     *
     * @throws CommandException if the teacher answers nothing any more; what it answered is kept
     */
    public Outcome distill(List<ImportedPrompt> prompts, Path out) throws InterruptedException {
        List<Taught> taught = new ArrayList<>();
        progress.begin("distilling", prompts.size());
        try (AnswerFile file = new AnswerFile(out.resolveSibling(out.getFileName() + ".answers.jsonl"))) {
            Map<String, Map<Integer, Attempt>> earlier = earlier(file);
            ExecutorService inFlight = Executors.newFixedThreadPool(options.inFlight());
            try {
                List<Future<Taught>> all = prompts.stream()
                        .map(prompt -> inFlight.submit(
                                () -> taught(prompt, earlier.getOrDefault(prompt.id(), Map.of()), file)))
                        .toList();
                for (Future<Taught> one : all) {
                    taught.add(one.get());
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof CommandException known
                        ? known
                        : new IllegalStateException("The teacher could not be asked", e.getCause());
            } finally {
                inFlight.shutdownNow();
            }
        } finally {
            progress.close();
        }
        write(taught, out);
        int verified =
                (int) taught.stream().filter(one -> one.answer.isPresent()).count();
        int answered = (int) taught.stream().filter(Taught::answered).count();
        return new Outcome(prompts.size(), asked.get(), verified, answered - verified, prompts.size() - answered);
    }

    private Map<String, Map<Integer, Attempt>> earlier(AnswerFile file) {
        Map<String, Map<Integer, Attempt>> byPrompt = new HashMap<>();
        for (Attempt attempt : file.answered()) {
            if (attempt.contestant().equals(identity())) {
                byPrompt.computeIfAbsent(attempt.promptId(), id -> new HashMap<>())
                        .put(attempt.sample(), attempt);
            }
        }
        return byPrompt;
    }

    private Taught taught(ImportedPrompt prompt, Map<Integer, Attempt> earlier, AnswerFile file)
            throws InterruptedException {
        boolean answered = false;
        Optional<String> verified = Optional.empty();
        for (int sample = 0; sample < options.samples() && verified.isEmpty(); sample++) {
            Attempt attempt = earlier.get(sample);
            if (attempt == null) {
                attempt = ask(prompt, sample);
                file.keep(attempt);
            }
            answered |= attempt.answer() != null;
            verified = verified(prompt, attempt);
        }
        progress.at(done.incrementAndGet(), "");
        return new Taught(prompt, verified, answered);
    }

    private Attempt ask(ImportedPrompt prompt, int sample) throws InterruptedException {
        asked.incrementAndGet();
        Attempt attempt = server.ask(identity(), prompt.id(), sample, message(prompt));
        if (attempt.failure() == null) {
            failuresInARow.set(0);
        } else if (failuresInARow.incrementAndGet() >= FAILURES_IN_A_ROW) {
            throw new CommandException(
                    ExitCode.FAILED,
                    teacher.what() + " answered none of " + FAILURES_IN_A_ROW + " requests in a row, the last with: "
                            + attempt.failure() + ". What it answered is kept; the same command goes on");
        } else {
            progress.say("failed: " + prompt.source() + ": " + attempt.failure());
        }
        return attempt;
    }

    private Optional<String> verified(ImportedPrompt prompt, Attempt attempt) {
        @Nullable String answer = attempt.answer();
        if (answer == null || attempt.truncated()) {
            return Optional.empty();
        }
        String form = inThePolicysForm(answer, config.scoring().thinkingExpected());
        boolean right = rules.score(List.of(new AnswerScorer.Written(prompt.toQuestion(0, null), form)))
                        .get(0)
                        .orElse(0)
                > 0;
        return right ? Optional.of(form) : Optional.empty();
    }

    /** Where the policy's chat form opens a thought, the answer goes on with it; elsewhere there is no thought. */
    static String inThePolicysForm(String answer, boolean thinkingExpected) {
        if (thinkingExpected) {
            String stripped = answer.stripLeading();
            return stripped.startsWith(THOUGHT)
                    ? stripped.substring(THOUGHT.length()).stripLeading()
                    : answer;
        }
        int end = answer.lastIndexOf(THOUGHT_END);
        return end < 0 ? answer : answer.substring(end + THOUGHT_END.length()).strip();
    }

    private static String message(ImportedPrompt prompt) {
        return PromptTemplate.render(prompt.question(), prompt.documents(), prompt.kind());
    }

    /** What an answer depends on beside the question. */
    private String identity() {
        return "teacher " + teacher.what() + " t" + options.temperature() + " p"
                + config.evaluation().topP() + " " + options.maxTokens();
    }

    private void write(List<Taught> taught, Path out) {
        StringBuilder lines = new StringBuilder();
        for (Taught one : taught) {
            one.answer.ifPresent(answer -> {
                ObjectNode row = JSON.createObjectNode();
                row.putArray("messages")
                        .add(message("user", message(one.prompt)))
                        .add(message("assistant", answer));
                row.put("source", teacher.model() + " on " + one.prompt.source());
                lines.append(row).append('\n');
            });
        }
        try {
            Path whole = out.resolveSibling(out.getFileName() + ".part");
            Files.writeString(whole, lines);
            Files.move(whole, out, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("The demonstrations cannot be written to " + out, e);
        }
    }

    private static ObjectNode message(String role, String content) {
        return JSON.createObjectNode().put("role", role).put("content", content);
    }
}
