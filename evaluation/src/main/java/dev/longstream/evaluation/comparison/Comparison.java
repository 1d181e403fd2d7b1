package dev.longstream.evaluation.comparison;

import dev.longstream.evaluation.AnswerScorer;
import dev.longstream.evaluation.EvaluationConfig;
import dev.longstream.evaluation.Evaluator;
import dev.longstream.evaluation.HeldOutQuestion;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.progress.Progress;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.questions.PromptTemplate;
import dev.longstream.record.Question;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Asks every candidate every held-out question, so many times, and says how each did on each set; a set is what the questions call
 * their task. Servers are asked with the instructed form whatever {@code prompts.style} is: they follow instructions, and nobody
 * trained them on another form.
 */
public final class Comparison {
    private static final String ALL = "all";
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final ContestSettings settings;
    private final ComparisonOptions options;
    private final AnswerScorer scorer;
    private final Progress progress;

    /** @param scorer of answers */
    public Comparison(ContestSettings settings, ComparisonOptions options, AnswerScorer scorer, Progress progress) {
        this.settings = settings;
        this.options = options;
        this.scorer = scorer;
        this.progress = progress;
    }

    /**
     * Asks every candidate every question and scores the answers.
     *
     * @param prompts held-out questions
     * @return for each candidate a row a set, then one for all sets where there are several
     */
    public List<ComparisonRow> hold(List<CandidatePolicy> candidates, List<ImportedPrompt> prompts)
            throws InterruptedException {
        if (prompts.isEmpty()) {
            throw new UnusableInputException("There is no held-out question (prompts.held-out)");
        }
        List<ComparisonRow> rows = new ArrayList<>();
        AnswerFile file = new AnswerFile(options.answers());
        for (CandidatePolicy candidate : candidates) {
            String identity = identity(candidate);
            var attempts = new Attempts(identity, file);
            progress.begin(candidate.label() + ", answers", (long) prompts.size() * options.samples());
            if (candidate instanceof CandidatePolicy.FolderCandidate model) {
                askModel(model.folder(), prompts, attempts);
            } else if (candidate instanceof CandidatePolicy.ServerCandidate server) {
                askServer(server, prompts, attempts);
            }
            progress.close();
            rows.addAll(rows(candidate.label(), prompts, attempts));
        }
        return List.copyOf(rows);
    }

    private void askModel(Path model, List<ImportedPrompt> prompts, Attempts attempts) {
        try (PolicyFolder folder = PolicyFolder.open(model)) {
            List<HeldOutQuestion> questions = new ArrayList<>();
            try (PromptRenderer renderer = new PromptRenderer(folder, settings.style())) {
                for (ImportedPrompt prompt : prompts) {
                    if (attempts.complete(prompt.id())) {
                        continue;
                    }
                    int[] tokens = renderer.render(prompt.question(), prompt.kind(), prompt.documents());
                    if (tooLong(tokens)) {
                        attempts.addTooLong(prompt.id(), tokens.length);
                    } else {
                        int[] asked = cut(tokens);
                        questions.add(new HeldOutQuestion(prompt.toQuestion(asked.length, null), asked));
                    }
                }
            }
            if (!questions.isEmpty()) {
                new Evaluator(sampling(), settings.limits(), scorer)
                        .sample(
                                folder,
                                questions,
                                options.samples(),
                                answer -> attempts.add(new Attempt(
                                        attempts.candidate,
                                        answer.question().question().getPromptId(),
                                        answer.sampleIndex(),
                                        answer.question().prompt().length,
                                        answer.text(),
                                        answer.tokens(),
                                        answer.truncated(),
                                        null)),
                                () -> false);
            }
        }
    }

    private void askServer(CandidatePolicy.ServerCandidate candidate, List<ImportedPrompt> prompts, Attempts attempts)
            throws InterruptedException {
        String kept = options.answers() == null ? "--answers FILE keeps what is answered" : ChatServer.KEPT;
        ChatServer server = new ChatServer(
                candidate, options.apiKey(), settings.evaluation(), options.temperature(), FIRST_PAUSE, kept);
        try (PolicyFolder folder = PolicyFolder.open(settings.model());
                Tokenizer tokenizer = folder.tokenizer()) {
            List<ImportedPrompt> left = prompts.stream()
                    .filter(prompt -> !attempts.complete(prompt.id()))
                    .toList();
            InFlight.each(options.inFlight(), left, prompt -> {
                String message = PromptTemplate.render(prompt.question(), prompt.documents(), prompt.kind());
                int[] tokens = tokenizer.encode(message);
                if (tooLong(tokens)) {
                    attempts.addTooLong(prompt.id(), tokens.length);
                    return;
                }
                String asked = tokens.length <= settings.maxPromptTokens() ? message : cut(message, tokens.length);
                // One after the other: a server that keeps what it has read answers the later ones sooner.
                for (int sample = 0; sample < options.samples(); sample++) {
                    attempts.add(server.ask(attempts.candidate, prompt.id(), sample, asked));
                }
            });
        }
    }

    private boolean tooLong(int[] tokens) {
        return tokens.length > settings.maxPromptTokens() && !options.cutMiddle();
    }

    /** The first and the last half of what is allowed: instruction and question stand at the ends. */
    private int[] cut(int[] tokens) {
        int most = settings.maxPromptTokens();
        if (tokens.length <= most) {
            return tokens;
        }
        int[] halves = Arrays.copyOf(tokens, most);
        int last = most / 2;
        System.arraycopy(tokens, tokens.length - last, halves, most - last, last);
        return halves;
    }

    /** By characters, in proportion: another model's tokenizer need not give the words back. */
    private String cut(String message, int tokens) {
        long most = (long) message.length() * settings.maxPromptTokens() / tokens;
        int last = (int) (most / 2);
        return message.substring(0, (int) most - last) + message.substring(message.length() - last);
    }

    private List<ComparisonRow> rows(String label, List<ImportedPrompt> prompts, Attempts attempts) {
        Map<String, List<ComparisonRow.AnswerOutcomes>> bySet = new LinkedHashMap<>();
        List<ComparisonRow.AnswerOutcomes> all = new ArrayList<>();
        List<AnswerScorer.Written> written = new ArrayList<>();
        for (ImportedPrompt prompt : prompts) {
            Question question = prompt.toQuestion(0, null);
            for (Attempt attempt : attempts.of(prompt.id())) {
                if (attempt.answer() != null) {
                    written.add(new AnswerScorer.Written(question, attempt.answer()));
                }
            }
        }
        Iterator<OptionalDouble> scores = scorer.score(written).iterator(); // all at once: a judge may be asked
        for (ImportedPrompt prompt : prompts) {
            List<Attempt> made = attempts.of(prompt.id());
            List<OptionalDouble> own = made.stream()
                    .filter(attempt -> attempt.answer() != null)
                    .map(attempt -> scores.next())
                    .toList();
            ComparisonRow.AnswerOutcomes asked = asked(made, own);
            bySet.computeIfAbsent(prompt.task(), set -> new ArrayList<>()).add(asked);
            all.add(asked);
        }
        List<ComparisonRow> rows = new ArrayList<>();
        bySet.forEach((set, asked) -> rows.add(ComparisonRow.of(label, set, asked, settings.seed())));
        if (bySet.size() > 1) {
            rows.add(ComparisonRow.of(label, ALL, all, settings.seed()));
        }
        return rows;
    }

    /** @param scores of the attempts with an answer, in their order */
    private static ComparisonRow.AnswerOutcomes asked(List<Attempt> attempts, List<OptionalDouble> scores) {
        List<Double> rewards = new ArrayList<>();
        int failed = 0;
        int unscored = 0;
        int tokens = 0;
        int truncated = 0;
        for (Attempt attempt : attempts) {
            if (attempt.answer() == null) {
                failed++;
                continue;
            }
            OptionalDouble reward = scores.get(rewards.size() + unscored);
            if (reward.isPresent()) {
                rewards.add(reward.getAsDouble());
            } else {
                unscored++;
            }
            tokens += attempt.tokens();
            truncated += attempt.truncated() ? 1 : 0;
        }
        return new ComparisonRow.AnswerOutcomes(rewards, failed, unscored, tokens, truncated);
    }

    private EvaluationConfig sampling() {
        EvaluationConfig evaluation = settings.evaluation();
        return new EvaluationConfig(
                options.temperature(),
                evaluation.topP(),
                evaluation.maxTokens(),
                evaluation.lengths(),
                evaluation.every(),
                evaluation.reward());
    }

    /** What an answer depends on beside the question: another model in the same folder is another candidate. */
    private String identity(CandidatePolicy candidate) {
        EvaluationConfig evaluation = settings.evaluation();
        String weights =
                candidate instanceof CandidatePolicy.FolderCandidate model ? " " + weights(model.folder()) : "";
        return candidate.what() + weights + " " + settings.style() + " "
                + settings.maxPromptTokens() + (options.cutMiddle() ? " cut" : "") + " t" + options.temperature()
                + " p" + evaluation.topP() + " " + evaluation.maxTokens();
    }

    private static String weights(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .sorted()
                    .map(file -> file.toFile().length() + "/" + file.toFile().lastModified())
                    .toList()
                    .toString();
        } catch (IOException e) {
            throw new UnusableInputException("The model folder " + folder + " cannot be read", e);
        }
    }

    /** One candidate's, with those of earlier processes. A question is asked again unless it has all its answers. */
    private final class Attempts {
        final String candidate;
        private final AnswerFile file;
        private final Map<String, Map<Integer, Attempt>> byPrompt = new HashMap<>();
        private long made;

        Attempts(String candidate, AnswerFile file) {
            this.candidate = candidate;
            this.file = file;
            for (Attempt attempt : file.answered()) {
                if (attempt.candidate().equals(candidate) && attempt.sample() < options.samples()) {
                    put(attempt);
                }
            }
            byPrompt.values().removeIf(samples -> samples.size() < options.samples());
        }

        boolean complete(String promptId) {
            boolean complete = byPrompt.containsKey(promptId);
            if (complete) {
                told(options.samples());
            }
            return complete;
        }

        void addTooLong(String promptId, int tokens) {
            for (int sample = 0; sample < options.samples(); sample++) {
                add(Attempt.failed(
                        candidate,
                        promptId,
                        sample,
                        "its prompt has " + tokens + " tokens, the limit is " + settings.maxPromptTokens()
                                + " (prompts.max-tokens)"));
            }
        }

        synchronized void add(Attempt attempt) {
            put(attempt);
            file.keep(attempt);
            if (attempt.failure() != null) {
                progress.say("failed: " + attempt.promptId() + ": " + attempt.failure());
            }
            told(1);
        }

        List<Attempt> of(String promptId) {
            return List.copyOf(byPrompt.getOrDefault(promptId, Map.of()).values());
        }

        private void put(Attempt attempt) {
            byPrompt.computeIfAbsent(attempt.promptId(), id -> new TreeMap<>()).put(attempt.sample(), attempt);
        }

        private void told(int more) {
            made += more;
            progress.at(made, "");
        }
    }
}
