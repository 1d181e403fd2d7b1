package dev.longstream.runs.draft;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.training.StepMemory;
import dev.longstream.producers.rendering.PromptForm;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.record.AnswerKind;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.preparation.SmallModelDefaults;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A commented configuration for somebody's model and question files, with settings that follow from their sizes.
 *
 * @param request names of the run, the model and the files
 * @param model sizes of the model
 * @param opensThought whether the model's chat template ends a prompt with an opened thought
 * @param questions statistics of the question files; empty where the questions are generated
 */
public record ConfigurationDraft(
        DraftRequest request, ModelConfig model, boolean opensThought, Optional<QuestionStatistics> questions) {
    private static final long LARGE_MODEL = 1_000_000_000;
    private static final long MEBIBYTE = 1L << 20;
    /** Prompt limits are multiples of it. */
    private static final int ROUNDED_TO = 64;

    private static final int MAX_HELD_OUT = 64;
    private static final int SHORT_ANSWER_TOKENS = 64;
    private static final int LONG_ANSWER_TOKENS = 512;
    private static final Set<AnswerKind> LONG_ANSWERS = EnumSet.of(AnswerKind.MATH_BOXED, AnswerKind.FREE_TEXT);
    /** Longest prompts of the generated questions. */
    private static final int GENERATED_TOKENS = 512;

    /**
     * Names of the run, the model and the files that a configuration is drafted for.
     *
     * @param run name of the run
     * @param model model folder; null: the policy that ships
     * @param prompts files of questions; empty: generated questions
     * @param demonstrations files of questions whose right answers the warm-up imitates; empty: no warm-up on files
     */
    public record DraftRequest(String run, @Nullable Path model, List<Path> prompts, List<Path> demonstrations) {
        boolean usesShippedModel() {
            return model == null;
        }

        PromptStyle style() {
            return usesShippedModel() ? PromptStyle.PLAIN : PromptStyle.INSTRUCTED;
        }
    }

    /** Looks at the model and the files, and drafts a configuration for them. */
    public static ConfigurationDraft of(DraftRequest request) {
        Path folder = ModelFolder.of(request.model());
        return new ConfigurationDraft(
                request,
                ModelConfig.in(folder),
                opensThought(folder, request.style()),
                request.prompts().isEmpty()
                        ? Optional.empty()
                        : Optional.of(QuestionStatistics.of(request.prompts(), folder, request.style())));
    }

    private static boolean opensThought(Path model, PromptStyle style) {
        try (PolicyFolder folder = PolicyFolder.open(model);
                PromptRenderer renderer = new PromptRenderer(folder, PromptForm.of(style))) {
            return renderer.opensThought();
        }
    }

    /** The configuration file. */
    public String yaml() {
        return String.join(
                "\n",
                "# A run of Longstream. docs/configuration.md explains every key; a key that is left out has its"
                        + " default.",
                "# 'longstream train --config FILE --dry-run' prints every setting and starts nothing.",
                "run: " + request.run(),
                "seed: 1",
                "",
                modelSection(),
                promptsSection(),
                demonstrationsSection(),
                phasesSection(),
                trainingSection());
    }

    /** Returns the model's size and the questions' number, one line each. */
    public List<String> summary() {
        String parameters = String.format(Locale.ROOT, "%.1f million parameters", model.parameters() / 1e6);
        String lengths = questions
                .map(found -> found.count() + " questions in " + found.counts())
                .orElse("generated questions; --prompts FILE names your own");
        return List.of("model: " + parameters, "prompts: " + lengths);
    }

    private String modelSection() {
        long fixed = new StepMemory(model, ComputeType.FLOAT32).fixedBytes() / MEBIBYTE;
        return String.format(
                Locale.ROOT,
                """
                # %.1f million parameters. Weights, gradients and optimizer moments take about %d MiB; activations come on top.
                model:
                  folder: %s
                """,
                model.parameters() / 1e6,
                fixed,
                request.usesShippedModel()
                        ? "null # the policy that ships; it knows 262 words"
                        : quoted(request.model()));
    }

    private String promptsSection() {
        String style = "  style: "
                + (request.usesShippedModel()
                        ? "plain # documents, then the question"
                        : "instructed # tells the model how to answer");
        if (questions.isEmpty()) {
            return String.join(
                    "\n",
                    "# Generated questions. Your own: {files: [questions.jsonl]} in place of {generate: …}.",
                    "prompts:",
                    style,
                    "  max-tokens: " + maxTokens(),
                    "  train:",
                    "    - generate: {count: 1024, longer-than: 24, up-to: 400, fact-share: 0.7, seed: 1}",
                    "  held-out: # asked before, after the warm-up and at the end; never trained on",
                    "    - generate: {count: 64, longer-than: 24, up-to: 400, fact-share: 0.7, seed: 901}",
                    "");
        }
        QuestionStatistics found = questions.get();
        int heldOut = heldOut(found);
        String files = files(request.prompts());
        return String.join(
                "\n",
                "# " + found.count() + " questions in " + found.counts() + ".",
                "prompts:",
                style,
                "  max-tokens: " + maxTokens() + " # longer prompts are refused, each with its line",
                "  train:",
                "    - {files: " + files + ", skip: " + heldOut + "}",
                "  held-out: # the first of the same files; never trained on",
                "    - {files: " + files + ", limit: " + heldOut + "}",
                "");
    }

    private String demonstrationsSection() {
        String comment =
                "# The warm-up imitates right answers. A model that never answers right learns nothing without one.";
        String settings = isSmall()
                ? "{steps: 150, batch-size: 32, learning-rate: 1e-3, order: as-published}"
                : "{steps: 12, batch-size: 16, learning-rate: 2e-5, warm-up-steps: 2}";
        if (!request.demonstrations().isEmpty()) {
            return String.join(
                    "\n",
                    comment,
                    "demonstrations:",
                    "  sources:",
                    "    - {files: " + files(request.demonstrations()) + "}",
                    request.usesShippedModel()
                            ? "  answer: 'The answer is {gold}.'"
                            : "  answer: 'Therefore, the answer is {gold}.'",
                    "warm-up: " + settings,
                    "");
        }
        if (request.usesShippedModel()) {
            return String.join(
                    "\n",
                    comment,
                    "demonstrations:",
                    "  sources: # generated",
                    "    - generate: {count: 2880, longer-than: 24, up-to: 128, fact-share: 0.7, seed: 3}",
                    "      quoting-share: 0.8",
                    "    - generate: {count: 1920, longer-than: 24, up-to: 128, fact-share: 0.7, seed: 4}",
                    "      quoting-share: 0.2",
                    "warm-up: " + settings,
                    "");
        }
        return String.join(
                "\n",
                comment,
                "# Here is none: name files in sources ({files: [demonstrations.jsonl]}) and set steps, e.g. to 12.",
                "demonstrations:",
                "  sources: []",
                "warm-up: {steps: 0}",
                "");
    }

    private String phasesSection() {
        return String.join(
                "\n",
                "# Phases follow one another, usually from short inputs to long ones.",
                "phases:",
                "  - {name: all, longer-than: 0, up-to: " + maxTokens() + ", steps: 30}",
                "");
    }

    private String trainingSection() {
        int answer = answerTokens();
        String learningRate = isSmall() ? "1e-4" : model.parameters() < LARGE_MODEL ? "1e-5" : "1e-6";
        return String.join(
                "\n",
                "# A gradient step trains on batch-size prompts with group-size answers each; more make a steadier"
                        + " gradient.",
                "group-size: " + (isSmall() ? 8 : 4),
                "batch-size: " + (isSmall() ? 16 : 2),
                "max-staleness: 1 # gradient steps that an answer may lag behind the policy; 0 is on-policy",
                "sampling: {temperature: " + (isSmall() ? "1.0" : "0.8") + ", max-tokens: " + answer + "}",
                "scoring: {thinking-expected: " + opensThought
                        + "} # true: an answer without a closed thought is wrong",
                "trainer:",
                "  learning-rate: " + learningRate,
                "  warm-up-steps: 3",
                "  micro-batch-tokens: " + Math.max(isSmall() ? 4096 : 2048, maxTokens() + answer)
                        + " # tokens in the model at once; lower takes less memory",
                "  memory-mebibytes: 0 # for a gradient step; 0: half of the machine's memory",
                "evaluation: {temperature: 0, max-tokens: " + answer + ", lengths: [" + medianTokens() + "]}",
                "stall-after: " + (isSmall() ? "5m" : "30m")
                        + " # a run without progress for so long stops and says why",
                "");
    }

    private boolean isSmall() {
        return SmallModelDefaults.suit(model);
    }

    private int maxTokens() {
        int longest = questions.map(QuestionStatistics::maxTokens).orElse(GENERATED_TOKENS);
        return (longest + ROUNDED_TO - 1) / ROUNDED_TO * ROUNDED_TO;
    }

    private int medianTokens() {
        return questions.map(QuestionStatistics::medianTokens).orElse(GENERATED_TOKENS / 2);
    }

    private int answerTokens() {
        if (request.usesShippedModel()) {
            return SHORT_ANSWER_TOKENS / 2; // its answers have 11 to 20 tokens
        }
        boolean isLong = questions
                .map(found -> found.kinds().stream().anyMatch(LONG_ANSWERS::contains))
                .orElse(false);
        return isLong ? LONG_ANSWER_TOKENS : SHORT_ANSWER_TOKENS;
    }

    private static int heldOut(QuestionStatistics found) {
        return Math.max(1, Math.min(MAX_HELD_OUT, found.count() / 5));
    }

    private static String files(List<Path> files) {
        return files.stream().map(ConfigurationDraft::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String quoted(@Nullable Path path) {
        return "'" + String.valueOf(path).replace("'", "''") + "'";
    }
}
