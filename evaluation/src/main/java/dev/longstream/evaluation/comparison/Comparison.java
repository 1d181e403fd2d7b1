package dev.longstream.evaluation.comparison;

import dev.longstream.evaluation.AnswerScorer;
import dev.longstream.evaluation.EvaluationConfig;
import dev.longstream.evaluation.Evaluator;
import dev.longstream.evaluation.HeldOutQuestion;
import dev.longstream.evaluation.comparison.ComparisonResult.QuestionOutcome;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.producers.rendering.PromptForm;
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
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Compares candidate policies: each answers every held-out question several times, and each set of questions gives one row
 * per candidate. The set of a question is its field {@code task}. Servers always get the instruction form of a prompt,
 * whatever {@code prompts.style} is, since they were not trained on another form.
 */
public final class Comparison {
    private static final String ALL = "all";
    private static final String MEAN_OF_SETS = "mean of sets";
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final ContestSettings settings;
    private final ComparisonOptions options;
    private final AnswerScorer scorer;
    private final Progress progress;

    /**
     * Creates a comparison.
     *
     * @param settings settings of the run that apply to the comparison
     * @param options settings of the comparison itself
     * @param scorer turns answers into rewards
     * @param progress receives the number of answers so far and the failures
     */
    public Comparison(ContestSettings settings, ComparisonOptions options, AnswerScorer scorer, Progress progress) {
        this.settings = settings;
        this.options = options;
        this.scorer = scorer;
        this.progress = progress;
    }

    /**
     * Samples answers from every candidate to every question and scores them.
     *
     * @param candidates policies to compare
     * @param prompts held-out questions
     */
    public ComparisonResult hold(List<CandidatePolicy> candidates, List<ImportedPrompt> prompts)
            throws InterruptedException {
        if (prompts.isEmpty()) {
            throw new UnusableInputException(
                    "There is no held-out question to compare policies on: prompts.held-out must be at least 1");
        }
        List<ComparisonRow> rows = new ArrayList<>();
        List<QuestionOutcome> questions = new ArrayList<>();
        Map<String, Map<String, Double>> rewards = new LinkedHashMap<>();
        AnswerFile file = new AnswerFile(options.answers());
        for (CandidatePolicy candidate : candidates) {
            String identity = identity(candidate);
            var attempts = new Attempts(identity, file);
            progress.begin(candidate.label() + ", answers", (long) prompts.size() * options.samples());
            try {
                if (candidate instanceof CandidatePolicy.FolderCandidate model) {
                    askModel(model.folder(), prompts, attempts);
                } else if (candidate instanceof CandidatePolicy.ServerCandidate server) {
                    askServer(server, prompts, attempts);
                }
            } finally {
                progress.close();
            }
            Map<String, ComparisonRow.AnswerOutcomes> outcomes = outcomes(prompts, attempts);
            rows.addAll(rows(candidate.label(), prompts, outcomes));
            Map<String, Double> means = new LinkedHashMap<>();
            for (ImportedPrompt prompt : prompts) {
                ComparisonRow.AnswerOutcomes outcome = Objects.requireNonNull(outcomes.get(prompt.id()));
                int scored = outcome.rewards().size();
                Double mean = scored == 0 ? null : (Double) outcome.mean();
                questions.add(new QuestionOutcome(
                        candidate.label(), prompt.task(), prompt.id(), scored, outcome.right(), mean));
                if (mean != null) {
                    means.put(prompt.id(), mean);
                }
            }
            rewards.put(candidate.label(), means);
        }
        return new ComparisonResult(rows, differences(rewards), questions);
    }

    private void askModel(Path model, List<ImportedPrompt> prompts, Attempts attempts) {
        try (PolicyFolder folder = PolicyFolder.open(model)) {
            List<HeldOutQuestion> questions = new ArrayList<>();
            try (PromptRenderer renderer = new PromptRenderer(folder, settings.form())) {
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
        String advice = options.answers() == null
                ? "No answer was saved; with --answers FILE the same command can continue"
                : ChatServer.KEPT;
        try (ChatServer server = new ChatServer(
                        candidate,
                        options.apiKey(),
                        settings.evaluation(),
                        options.temperature(),
                        FIRST_PAUSE,
                        advice);
                PolicyFolder folder = PolicyFolder.open(settings.model());
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
                // In sequence: a server with a prefix cache processes the prompt only once.
                for (int sample = 0; sample < options.samples(); sample++) {
                    attempts.add(server.ask(attempts.candidate, prompt.id(), sample, asked));
                }
            });
        }
    }

    private boolean tooLong(int[] tokens) {
        return tokens.length > settings.maxPromptTokens() && !options.cutMiddle();
    }

    /** Shortens a prompt to the limit by cutting out its middle; instruction and question are at the ends. */
    private int[] cut(int[] tokens) {
        int limit = settings.maxPromptTokens();
        if (tokens.length <= limit) {
            return tokens;
        }
        int[] halves = Arrays.copyOf(tokens, limit);
        int last = limit / 2;
        System.arraycopy(tokens, tokens.length - last, halves, limit - last, last);
        return halves;
    }

    /**
     * Cuts out the middle of a text so that about {@code prompts.max-tokens} of its tokens remain. Cuts by characters, since
     * decoding tokens of another model's tokenizer need not restore the text.
     */
    private String cut(String message, int tokens) {
        long limit = (long) message.length() * settings.maxPromptTokens() / tokens;
        int last = (int) (limit / 2);
        return message.substring(0, (int) limit - last) + message.substring(message.length() - last);
    }

    private List<PairedDifference> differences(Map<String, Map<String, Double>> rewards) {
        String baseline = rewards.keySet().iterator().next();
        Map<String, Double> reference = rewards.getOrDefault(baseline, Map.of());
        List<PairedDifference> differences = new ArrayList<>();
        rewards.forEach((candidate, own) -> {
            if (!candidate.equals(baseline)) {
                differences.add(PairedDifference.of(candidate, own, baseline, reference, settings.seed()));
            }
        });
        return differences;
    }

    /** Scores the answers of a candidate and returns the outcomes by prompt id. */
    private Map<String, ComparisonRow.AnswerOutcomes> outcomes(List<ImportedPrompt> prompts, Attempts attempts) {
        List<AnswerScorer.Written> written = new ArrayList<>();
        for (ImportedPrompt prompt : prompts) {
            Question question = prompt.toQuestion(0, null);
            for (Attempt attempt : attempts.of(prompt.id())) {
                if (attempt.answer() != null) {
                    written.add(new AnswerScorer.Written(question, attempt.answer()));
                }
            }
        }
        Iterator<OptionalDouble> scores = scorer.score(written).iterator(); // one call: a judge scores them in parallel
        Map<String, ComparisonRow.AnswerOutcomes> byPrompt = new LinkedHashMap<>();
        for (ImportedPrompt prompt : prompts) {
            List<Attempt> made = attempts.of(prompt.id());
            List<OptionalDouble> own = made.stream()
                    .filter(attempt -> attempt.answer() != null)
                    .map(attempt -> scores.next())
                    .toList();
            byPrompt.put(prompt.id(), outcomes(made, own));
        }
        return byPrompt;
    }

    private List<ComparisonRow> rows(
            String label, List<ImportedPrompt> prompts, Map<String, ComparisonRow.AnswerOutcomes> outcomes) {
        Map<String, List<ComparisonRow.AnswerOutcomes>> bySet = new LinkedHashMap<>();
        for (ImportedPrompt prompt : prompts) {
            bySet.computeIfAbsent(prompt.task(), set -> new ArrayList<>())
                    .add(Objects.requireNonNull(outcomes.get(prompt.id())));
        }
        List<ComparisonRow> rows = new ArrayList<>();
        bySet.forEach((set, own) -> rows.add(ComparisonRow.of(label, set, own, settings.seed())));
        if (bySet.size() > 1) {
            List<ComparisonRow> sets = List.copyOf(rows);
            rows.add(ComparisonRow.of(label, ALL, List.copyOf(outcomes.values()), settings.seed()));
            if (sets.stream().allMatch(row -> row.reward() != null)) {
                rows.add(ComparisonRow.ofSets(label, MEAN_OF_SETS, List.copyOf(bySet.values()), sets, settings.seed()));
            }
        }
        return rows;
    }

    /**
     * Summarises the attempts at one question.
     *
     * @param scores rewards of the attempts that have an answer, in the same order
     */
    private static ComparisonRow.AnswerOutcomes outcomes(List<Attempt> attempts, List<OptionalDouble> scores) {
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
                evaluation.profile(),
                evaluation.reward());
    }

    /**
     * Describes everything that an answer depends on besides the question, so that answers on disk are reused only for the
     * same policy. Includes size and time of the weight files: another model in the same folder is another candidate.
     */
    private String identity(CandidatePolicy candidate) {
        EvaluationConfig evaluation = settings.evaluation();
        String weights =
                candidate instanceof CandidatePolicy.FolderCandidate model ? " " + weights(model.folder()) : "";
        return candidate.what() + weights + " " + described(settings.form()) + " "
                + settings.maxPromptTokens() + (options.cutMiddle() ? " cut" : "") + " t" + options.temperature()
                + " p" + evaluation.topP() + " " + evaluation.maxTokens();
    }

    private static String described(PromptForm form) {
        return form.equals(PromptForm.of(form.style())) ? form.style().toString() : form.toString();
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

    /** Attempts of one candidate, those on disk included. A question counts as complete when it has all its answers. */
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
                advance(options.samples());
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
            advance(1);
        }

        List<Attempt> of(String promptId) {
            return List.copyOf(byPrompt.getOrDefault(promptId, Map.of()).values());
        }

        private void put(Attempt attempt) {
            byPrompt.computeIfAbsent(attempt.promptId(), id -> new TreeMap<>()).put(attempt.sample(), attempt);
        }

        private void advance(int more) {
            made += more;
            progress.at(made, "");
        }
    }
}
