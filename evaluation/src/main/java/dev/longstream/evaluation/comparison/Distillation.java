package dev.longstream.evaluation.comparison;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.failure.UnreachableException;
import dev.longstream.files.AtomicFile;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.progress.Progress;
import dev.longstream.questions.DocumentText;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.questions.PromptTemplate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Collects demonstrations from a teacher model on a server. Each question is sent in the instruction form until the run's
 * rule verifies an answer, which becomes the demonstration. Every answer is stored in a file beside the demonstrations as
 * soon as it arrives, so that an interrupted distillation repeats no request.
 */
public final class Distillation {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ContestSettings settings;
    private final CandidatePolicy.ServerCandidate teacher;
    private final TeacherOptions options;
    private final Verification verification;
    private final ChatServer server;
    private final Progress progress;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();

    /**
     * Creates a distillation.
     *
     * @param settings settings of the run that apply to the distillation
     * @param teacher server and model
     * @param options settings of the requests
     * @param verification selects the answers that become demonstrations
     * @param progress receives the number of finished questions and the failures
     */
    public Distillation(
            ContestSettings settings,
            CandidatePolicy.ServerCandidate teacher,
            TeacherOptions options,
            Verification verification,
            Progress progress) {
        this.settings = settings;
        this.teacher = teacher;
        this.options = options;
        this.verification = verification;
        this.server = new ChatServer(
                teacher,
                options.apiKey(),
                options.sampling(settings.evaluation()),
                options.temperature(),
                options.firstPause(),
                ChatServer.ANSWERS_SAVED);
        this.progress = progress;
    }

    /**
     * Counts of a distillation. {@code questions} is the sum of {@code verified}, {@code wrong} and {@code failed}.
     *
     * @param questions number of questions that fit the prompt limit
     * @param asked number of requests that this process sent
     * @param verified number of demonstrations in the file
     * @param wrong number of questions whose answers were all wrong by the rule or cut off
     * @param failed number of questions without an answer; the next distillation sends them again
     * @param tooLong number of questions above the prompt limit, which were not sent
     */
    public record DistillationOutcome(int questions, int asked, int verified, int wrong, int failed, int tooLong) {}

    /**
     * A question with the message that is sent for it.
     *
     * @param key key of its stored answers: prompt id and digest of the message, so that an edited question is sent again
     */
    private record TeacherPrompt(ImportedPrompt prompt, String message, String key) {
        static TeacherPrompt of(ImportedPrompt prompt) {
            String message = PromptTemplate.render(prompt.question(), prompt.documents(), prompt.kind());
            return new TeacherPrompt(prompt, message, prompt.id() + " " + new DocumentText("", message).digest());
        }
    }

    /**
     * Outcome of one question.
     *
     * @param answer demonstration; empty if no answer was verified
     * @param answered whether the teacher gave any answer
     */
    private record TeacherResult(TeacherPrompt prompt, Optional<String> answer, boolean answered) {}

    /**
     * Collects the demonstrations and writes them to a file in the order of the questions.
     *
     * @param prompts questions to demonstrate
     * @param out file to write, in the JSON-lines form that {@code demonstrations.written} reads
     * @throws UnreachableException if the teacher stops answering; its answers so far are stored
     */
    public DistillationOutcome distill(List<ImportedPrompt> prompts, Path out) throws InterruptedException {
        List<TeacherPrompt> fitting = withinLimit(prompts);
        List<TeacherResult> results;
        progress.begin("distilling", fitting.size());
        try (AnswerFile file = new AnswerFile(out.resolveSibling(out.getFileName() + ".answers.jsonl"))) {
            Map<String, Map<Integer, Attempt>> earlier = earlier(file);
            results = InFlight.all(
                    options.inFlight(),
                    fitting,
                    prompt -> demonstrate(prompt, earlier.getOrDefault(prompt.key, Map.of()), file));
        } finally {
            progress.close();
        }
        int verified = (int)
                results.stream().filter(result -> result.answer.isPresent()).count();
        int answered = (int) results.stream().filter(TeacherResult::answered).count();
        if (answered == 0 && !fitting.isEmpty()) {
            throw server.unreachable(requests.get());
        }
        write(results, out);
        return new DistillationOutcome(
                fitting.size(),
                requests.get(),
                verified,
                answered - verified,
                fitting.size() - answered,
                prompts.size() - fitting.size());
    }

    private List<TeacherPrompt> withinLimit(List<ImportedPrompt> prompts) {
        int limit = settings.maxPromptTokens();
        List<TeacherPrompt> fitting = new ArrayList<>();
        try (PolicyFolder folder = PolicyFolder.open(settings.model());
                Tokenizer tokenizer = folder.tokenizer()) {
            for (ImportedPrompt prompt : prompts) {
                TeacherPrompt candidate = TeacherPrompt.of(prompt);
                int tokens = tokenizer.encode(candidate.message).length;
                if (tokens <= limit) {
                    fitting.add(candidate);
                } else {
                    progress.say("refused: " + prompt.source() + ": its prompt has " + tokens + " tokens, the limit is "
                            + limit + " (prompts.max-tokens)");
                }
            }
        }
        return fitting;
    }

    private Map<String, Map<Integer, Attempt>> earlier(AnswerFile file) {
        Map<String, Map<Integer, Attempt>> byPrompt = new HashMap<>();
        for (Attempt attempt : file.answered()) {
            if (attempt.candidate().equals(identity())) {
                byPrompt.computeIfAbsent(attempt.promptId(), id -> new HashMap<>())
                        .put(attempt.sample(), attempt);
            }
        }
        return byPrompt;
    }

    private TeacherResult demonstrate(TeacherPrompt prompt, Map<Integer, Attempt> earlier, AnswerFile file)
            throws InterruptedException {
        boolean answered = false;
        Optional<String> verified = Optional.empty();
        for (int sample = 0; sample < options.samples() && verified.isEmpty(); sample++) {
            Attempt attempt = earlier.get(sample);
            if (attempt == null) {
                attempt = ask(prompt, sample, file);
            }
            answered |= attempt.answer() != null;
            verified = verification.verified(prompt.prompt, attempt);
        }
        progress.at(done.incrementAndGet(), "");
        return new TeacherResult(prompt, verified, answered);
    }

    private Attempt ask(TeacherPrompt prompt, int sample, AnswerFile file) throws InterruptedException {
        requests.incrementAndGet();
        Attempt attempt = server.ask(identity(), prompt.key, sample, prompt.message);
        file.append(attempt);
        if (attempt.failure() != null) {
            progress.say("failed: " + prompt.prompt.source() + ": " + attempt.failure());
        }
        return attempt;
    }

    /** Describes everything that an answer depends on besides the question. */
    private String identity() {
        return "teacher " + teacher.what() + " t" + options.temperature() + " p"
                + settings.evaluation().topP() + " " + options.maxTokens();
    }

    private void write(List<TeacherResult> results, Path out) {
        StringBuilder lines = new StringBuilder();
        for (TeacherResult result : results) {
            result.answer.ifPresent(answer -> {
                ObjectNode row = JSON.createObjectNode();
                row.putArray("messages")
                        .add(message("user", result.prompt.message))
                        .add(message("assistant", answer));
                row.put("source", teacher.model() + " on " + result.prompt.prompt.source());
                lines.append(row).append('\n');
            });
        }
        AtomicFile.replace(out, lines.toString());
    }

    private static ObjectNode message(String role, String content) {
        return JSON.createObjectNode().put("role", role).put("content", content);
    }
}
