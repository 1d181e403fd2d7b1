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
 * Demonstrations by a teacher: each question is put to a server in the instructed form until an answer is one that the run's rule verifies,
 * which is kept. Every answer is written to a file beside the demonstrations when it comes, and nothing is asked twice.
 */
public final class Distillation {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ContestSettings settings;
    private final CandidatePolicy.ServerCandidate teacher;
    private final TeacherOptions options;
    private final Verification verification;
    private final Progress progress;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();

    /**
     * @param teacher the server that answers the questions
     * @param verification of its answers
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
     * @param tooLong questions that were not put: the policy would not be asked them either
     */
    public record DistillationOutcome(int questions, int asked, int verified, int wrong, int failed, int tooLong) {}

    /**
     * A question as it is put.
     *
     * @param key of its answers: another text under the same id is another question
     */
    private record Put(ImportedPrompt prompt, String message, String key) {
        static Put of(ImportedPrompt prompt) {
            String message = PromptTemplate.render(prompt.question(), prompt.documents(), prompt.kind());
            return new Put(prompt, message, prompt.id() + " " + new DocumentText("", message).digest());
        }
    }

    /** A question with what came of it: a demonstration, or none. */
    private record Taught(Put put, Optional<String> answer, boolean answered) {}

    /**
     * Writes the demonstrations, as {@code demonstrations.written} reads them, in the order of the questions.
     *
     * @throws UnreachableException if the teacher answers nothing any more; what it answered is kept
     */
    public DistillationOutcome distill(List<ImportedPrompt> prompts, Path out) throws InterruptedException {
        List<Put> put = shortEnough(prompts);
        List<Taught> taught = teach(put, out.resolveSibling(out.getFileName() + ".answers.jsonl"));
        int verified =
                (int) taught.stream().filter(one -> one.answer.isPresent()).count();
        int answered = (int) taught.stream().filter(Taught::answered).count();
        write(taught, out);
        return new DistillationOutcome(
                put.size(),
                asked.get(),
                verified,
                answered - verified,
                put.size() - answered,
                prompts.size() - put.size());
    }

    private List<Taught> teach(List<Put> put, Path answers) throws InterruptedException {
        progress.begin("distilling", put.size());
        try (progress;
                ChatServer server = new ChatServer(
                        teacher,
                        options.apiKey(),
                        options.sampling(settings.evaluation()),
                        options.temperature(),
                        options.firstPause(),
                        ChatServer.KEPT)) {
            AnswerFile file = new AnswerFile(answers);
            Map<String, Map<Integer, Attempt>> earlier = earlier(file);
            List<Taught> taught = InFlight.all(
                    options.inFlight(), put, one -> taught(one, earlier.getOrDefault(one.key, Map.of()), server, file));
            if (!put.isEmpty() && taught.stream().noneMatch(Taught::answered)) {
                throw server.gone(asked.get());
            }
            return taught;
        }
    }

    private List<Put> shortEnough(List<ImportedPrompt> prompts) {
        int limit = settings.maxPromptTokens();
        List<Put> put = new ArrayList<>();
        try (PolicyFolder folder = PolicyFolder.open(settings.model());
                Tokenizer tokenizer = folder.tokenizer()) {
            for (ImportedPrompt prompt : prompts) {
                Put one = Put.of(prompt);
                int tokens = tokenizer.encode(one.message).length;
                if (tokens <= limit) {
                    put.add(one);
                } else {
                    progress.say("refused: " + prompt.source() + ": its prompt has " + tokens + " tokens, the limit is "
                            + limit + " (prompts.max-tokens)");
                }
            }
        }
        return put;
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

    private Taught taught(Put put, Map<Integer, Attempt> earlier, ChatServer server, AnswerFile file)
            throws InterruptedException {
        boolean answered = false;
        Optional<String> verified = Optional.empty();
        for (int sample = 0; sample < options.samples() && verified.isEmpty(); sample++) {
            Attempt attempt = earlier.get(sample);
            if (attempt == null) {
                attempt = ask(put, sample, server, file);
            }
            answered |= attempt.answer() != null;
            verified = verification.verified(put.prompt, attempt);
        }
        progress.at(done.incrementAndGet(), "");
        return new Taught(put, verified, answered);
    }

    private Attempt ask(Put put, int sample, ChatServer server, AnswerFile file) throws InterruptedException {
        asked.incrementAndGet();
        Attempt attempt = server.ask(identity(), put.key, sample, put.message);
        file.keep(attempt);
        if (attempt.failure() != null) {
            progress.say("failed: " + put.prompt.source() + ": " + attempt.failure());
        }
        return attempt;
    }

    /** What an answer depends on beside the question. */
    private String identity() {
        return "teacher " + teacher.what() + " t" + options.temperature() + " p"
                + settings.evaluation().topP() + " " + options.maxTokens();
    }

    private void write(List<Taught> taught, Path out) {
        StringBuilder lines = new StringBuilder();
        for (Taught one : taught) {
            one.answer.ifPresent(answer -> {
                ObjectNode row = JSON.createObjectNode();
                row.putArray("messages").add(message("user", one.put.message)).add(message("assistant", answer));
                row.put("source", teacher.model() + " on " + one.put.prompt.source());
                lines.append(row).append('\n');
            });
        }
        AtomicFile.replace(out, lines.toString());
    }

    private static ObjectNode message(String role, String content) {
        return JSON.createObjectNode().put("role", role).put("content", content);
    }
}
