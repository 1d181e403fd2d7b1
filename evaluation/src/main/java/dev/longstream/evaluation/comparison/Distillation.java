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
 * Writes demonstrations with the answers of a teacher. Each question is sent to a server in the instruction form until
 * the run's rules verify an answer, which becomes the demonstration. Every answer is stored beside the demonstrations
 * at once, so that no request is repeated.
 */
public final class Distillation {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ContestSettings settings;
    private final CandidatePolicy.ServerCandidate teacher;
    private final String known;
    private final TeacherOptions options;
    private final Verification verification;
    private final Progress progress;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();

    /**
     * Creates a distillation.
     *
     * @param settings settings of the run that apply
     * @param teacher server and model that answer the questions
     * @param options settings of the requests
     * @param verification selection of right answers
     * @param progress receives the number of questions so far and the failures
     */
    public Distillation(
            ContestSettings settings,
            CandidatePolicy.ServerCandidate teacher,
            TeacherOptions options,
            Verification verification,
            Progress progress) {
        this(settings, teacher, teacher.what(), options, verification, progress);
    }

    /**
     * Creates a distillation whose stored answers do not depend on the server's address.
     *
     * @param known identity of the teacher in the stored answers; another teacher has another one
     */
    public Distillation(
            ContestSettings settings,
            CandidatePolicy.ServerCandidate teacher,
            String known,
            TeacherOptions options,
            Verification verification,
            Progress progress) {
        this.settings = settings;
        this.teacher = teacher;
        this.known = known;
        this.options = options;
        this.verification = verification;
        this.progress = progress;
    }

    /**
     * Numbers of questions and requests of a distillation, by outcome.
     *
     * @param questions number of questions that were sent
     * @param asked number of requests of this process
     * @param verified number of demonstrations in the file
     * @param wrong number of questions whose answers were all wrong by the rules or cut off
     * @param failed number of questions without any answer; the next process asks them again
     * @param tooLong number of questions that were not sent, because they are too long for the policy
     */
    public record DistillationOutcome(int questions, int asked, int verified, int wrong, int failed, int tooLong) {}

    /**
     * Question in the form in which it is sent.
     *
     * @param prompt imported question
     * @param message text of the request
     * @param key identity of the question: id and digest of the text, so that a changed text is another question
     */
    private record Put(ImportedPrompt prompt, String message, String key) {
        static Put of(ImportedPrompt prompt) {
            String message = PromptTemplate.render(prompt.question(), prompt.documents(), prompt.kind());
            return new Put(prompt, message, prompt.id() + " " + new DocumentText("", message).digest());
        }
    }

    /**
     * Question that was sent, with its outcome.
     *
     * @param prompt imported question
     * @param message text of the request
     * @param answer right answer in the policy's form; empty if there is none
     * @param answered whether the teacher gave any answer
     */
    public record TaughtQuestion(ImportedPrompt prompt, String message, Optional<String> answer, boolean answered) {}

    /**
     * Result of a distillation.
     *
     * @param outcome numbers of questions and requests
     * @param questions questions that were sent, in order
     */
    public record Lesson(DistillationOutcome outcome, List<TaughtQuestion> questions) {
        /** Copies the list. */
        public Lesson {
            questions = List.copyOf(questions);
        }
    }

    /**
     * Asks the teacher and writes the demonstrations in the order of the questions, in the form that {@code
     * demonstrations.written} reads.
     *
     * @throws UnreachableException if the teacher answers nothing any more; its earlier answers are stored
     */
    public Lesson distill(List<ImportedPrompt> prompts, Path out) throws InterruptedException {
        List<Put> put = shortEnough(prompts);
        List<TaughtQuestion> taught = teach(put, out.resolveSibling(out.getFileName() + ".answers.jsonl"));
        int verified =
                (int) taught.stream().filter(one -> one.answer().isPresent()).count();
        int answered = (int) taught.stream().filter(TaughtQuestion::answered).count();
        write(taught, out);
        DistillationOutcome outcome = new DistillationOutcome(
                put.size(),
                asked.get(),
                verified,
                answered - verified,
                put.size() - answered,
                prompts.size() - put.size());
        return new Lesson(outcome, taught);
    }

    private List<TaughtQuestion> teach(List<Put> put, Path answers) throws InterruptedException {
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
            List<TaughtQuestion> taught = InFlight.all(
                    options.inFlight(), put, one -> taught(one, earlier.getOrDefault(one.key, Map.of()), server, file));
            if (!put.isEmpty() && taught.stream().noneMatch(TaughtQuestion::answered)) {
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

    private TaughtQuestion taught(Put put, Map<Integer, Attempt> earlier, ChatServer server, AnswerFile file)
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
        return new TaughtQuestion(put.prompt, put.message, verified, answered);
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

    /** Describes everything that an answer depends on besides the question. */
    private String identity() {
        return "teacher " + known + " t" + options.temperature() + " p"
                + settings.evaluation().topP() + " " + options.maxTokens();
    }

    private void write(List<TaughtQuestion> taught, Path out) {
        StringBuilder lines = new StringBuilder();
        for (TaughtQuestion one : taught) {
            one.answer().ifPresent(answer -> {
                ObjectNode row = JSON.createObjectNode();
                row.putArray("messages").add(message("user", one.message())).add(message("assistant", answer));
                row.put("source", teacher.model() + " on " + one.prompt().source());
                lines.append(row).append('\n');
            });
        }
        AtomicFile.replace(out, lines.toString());
    }

    private static ObjectNode message(String role, String content) {
        return JSON.createObjectNode().put("role", role).put("content", content);
    }
}
