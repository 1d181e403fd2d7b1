package dev.longstream.runs.draft;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.producers.rendering.PromptForm;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.questions.ImportReport;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.record.AnswerKind;
import dev.longstream.runs.preparation.Sources;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Formats, kinds and lengths of the questions in some files, as one model's tokenizer counts them.
 *
 * @param count questions in all files
 * @param refused rows that gave no question
 * @param formats names of the formats that were recognised
 * @param kinds kinds of answers that occur
 * @param medianTokens median of the prompts' tokens, template included
 * @param maxTokens tokens of the longest prompt that was counted
 */
record QuestionStatistics(
        int count, int refused, Set<String> formats, Set<AnswerKind> kinds, int medianTokens, int maxTokens) {
    /** Prompts whose tokens are counted, spread over the files: long inputs take milliseconds each. */
    private static final int MAX_COUNTED = 500;

    /**
     * Reads files of questions.
     *
     * @throws UnusableInputException if a file is missing, in no known format, or if all have fewer than two questions
     */
    static QuestionStatistics of(List<Path> files, Path model, PromptStyle style) {
        ImportReport report = Sources.read(files, null);
        List<ImportedPrompt> prompts = report.prompts();
        if (prompts.size() < 2) {
            throw new UnusableInputException(files + " hold " + prompts.size() + " questions and "
                    + report.refused().size()
                    + " refused rows, expected at least 2 questions: one to train on, one held out;"
                    + " 'longstream prompts import FILE --dry-run' says why rows are refused");
        }
        Set<AnswerKind> kinds = EnumSet.noneOf(AnswerKind.class);
        prompts.forEach(prompt -> kinds.add(prompt.kind()));
        int[] tokens = tokens(prompts, model, style);
        return new QuestionStatistics(
                prompts.size(),
                report.refused().size(),
                new LinkedHashSet<>(report.formatByFile().values()),
                kinds,
                tokens[tokens.length / 2],
                tokens[tokens.length - 1]);
    }

    /** Formats, refused rows and lengths in one line. */
    String counts() {
        return String.join(", ", formats) + " format, " + refused + " rows refused; prompts have " + medianTokens
                + " tokens in the median, " + maxTokens + " at most";
    }

    /** Tokens of the rendered prompts, ascending. */
    private static int[] tokens(List<ImportedPrompt> prompts, Path model, PromptStyle style) {
        int stride = (prompts.size() + MAX_COUNTED - 1) / MAX_COUNTED;
        try (PolicyFolder folder = PolicyFolder.open(model);
                PromptRenderer renderer = new PromptRenderer(folder, PromptForm.of(style))) {
            return IntStream.iterate(0, i -> i < prompts.size(), i -> i + stride)
                    .mapToObj(prompts::get)
                    .mapToInt(prompt -> renderer.render(prompt.question(), prompt.kind(), prompt.documents()).length)
                    .sorted()
                    .toArray();
        }
    }
}
