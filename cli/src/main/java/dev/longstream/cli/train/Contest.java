package dev.longstream.cli.train;

import dev.longstream.cli.config.PromptSource;
import dev.longstream.cli.config.RunConfig;
import dev.longstream.cli.exit.CommandException;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.progress.Progress;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.producers.evaluation.EvaluationResult;
import dev.longstream.producers.evaluation.HeldOutQuestion;
import dev.longstream.producers.prompts.ImportedPrompt;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.record.Question;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Held-out questions for one policy, without a log. */
public final class Contest {
    private Contest() {}

    /** @param model folder in Hugging Face's layout */
    public static EvaluationResult evaluate(RunConfig config, Path model, Progress progress) {
        try (PolicyFolder folder = PolicyFolder.open(model)) {
            List<HeldOutQuestion> questions = questions(config, folder, progress);
            if (questions.isEmpty()) {
                throw new CommandException(ExitCode.BAD_DATA, "There is no held-out question (prompts.held-out)");
            }
            progress.begin("questions", questions.size());
            EvaluationResult result = Evaluators.of(config)
                    .evaluate(folder, questions, answered -> progress.at(answered, ""), () -> false);
            progress.close();
            return result;
        }
    }

    private static List<HeldOutQuestion> questions(RunConfig config, PolicyFolder folder, Progress progress) {
        List<HeldOutQuestion> questions = new ArrayList<>();
        try (PromptRenderer renderer =
                new PromptRenderer(folder, config.prompts().style())) {
            for (PromptSource source : config.prompts().heldOut()) {
                try (Stream<ImportedPrompt> prompts = Sources.heldOut(source, row -> progress.say("refused: " + row))) {
                    prompts.forEach(prompt -> {
                        int[] tokens = renderer.render(prompt.question(), prompt.kind(), prompt.documents());
                        if (tokens.length <= config.prompts().mostTokens()) {
                            questions.add(new HeldOutQuestion(question(prompt, tokens.length), tokens));
                        } else {
                            progress.say("refused: " + prompt.source() + ": prompt " + prompt.id() + " has "
                                    + tokens.length + " tokens, the limit is "
                                    + config.prompts().mostTokens());
                        }
                    });
                }
            }
        }
        return questions;
    }

    private static Question question(ImportedPrompt prompt, int inputTokens) {
        return Question.newBuilder()
                .setPromptId(prompt.id())
                .setTask(prompt.task())
                .setKind(prompt.kind())
                .setQuestion(prompt.question())
                .setGolds(prompt.golds())
                .setOptions(prompt.options().isEmpty() ? null : prompt.options())
                .setInputTokens(inputTokens)
                .build();
    }
}
