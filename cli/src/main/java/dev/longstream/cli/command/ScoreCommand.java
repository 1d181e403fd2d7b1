package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.failure.WrongUseException;
import dev.longstream.record.Question;
import dev.longstream.record.RewardComponent;
import dev.longstream.rewards.Reward;
import dev.longstream.rewards.Rewards;
import dev.longstream.runs.scoring.ScoredCases;
import dev.longstream.runs.scoring.ScoredCases.ScoredCase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

@Command(
        name = "score",
        description = {
            "Scores answers by the rules of a configuration and says what was extracted, by which rule, and why.",
            "Starts nothing and needs no broker."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream score --kind number --gold 12.5 --answer 'Therefore, the answer is 12.51.'",
            "  longstream score --kind multiple-choice --gold B --option A=Paris --option B=Rome --answer '\\boxed{B}'",
            "  longstream score --kind answer-set --gold Paris --gold Rome --answer 'The answer is Rome and Paris.' --set scoring.sets=f1",
            "  longstream score --file answers.jsonl --config run.yaml     # {kind, gold or golds, answer, options?} a line"
        })
@AlsoEndsWith(ExitCode.BAD_DATA)
final class ScoreCommand extends CommandBase {
    @Mixin
    private final RunOptions options = new RunOptions();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "Kind of answer: multiple-choice, number, short-answer, math-boxed, free-text or answer-set.")
    private String kind = "short-answer";

    @Option(
            names = "--gold",
            paramLabel = "TEXT",
            description = "Accepted answer, or member of a set; may be repeated.")
    private List<String> golds = List.of();

    @Option(names = "--answer", paramLabel = "TEXT", description = "Answer to score, as the policy writes it.")
    private String answer = "";

    @Option(names = "--option", paramLabel = "LETTER=TEXT", description = "Option of a multiple choice.")
    private Map<String, String> choices = Map.of();

    @Option(names = "--file", paramLabel = "FILE", description = "Answers to score, one JSON object a line.")
    private Path file = Path.of("");

    @Override
    ExitCode execute() {
        List<ScoredCase> cases = cases();
        Reward reward = Rewards.of(options.load().config().scoring());
        List<Map<String, Object>> rows = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (ScoredCase one : cases) {
            RewardComponent score = reward.of(question(one), one.answer());
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("kind", one.kind().name());
            row.put("golds", one.golds());
            row.put("answer", one.answer());
            row.put("rule", score.getName());
            row.put("reward", score.getValue());
            row.put("extracted", score.getExtracted());
            row.put("reason", score.getReason());
            rows.add(row);
            lines.add((score.getValue() == null ? "no reward" : "reward " + score.getValue()) + "  extracted: "
                    + Objects.requireNonNullElse(score.getExtracted(), "nothing") + "  by "
                    + score.getName() + ": " + score.getReason());
        }
        print(rows, lines);
        return ExitCode.DONE;
    }

    private List<ScoredCase> cases() {
        if (!file.toString().isEmpty()) {
            if (!golds.isEmpty() || !answer.isEmpty()) {
                throw new WrongUseException("--file has golds and answers of its own; leave out --gold and --answer");
            }
            return ScoredCases.read(file);
        }
        if (golds.isEmpty() || answer.isEmpty()) {
            throw new WrongUseException("--gold and --answer are missing, expected both, or --file");
        }
        return List.of(new ScoredCase(ScoredCases.kind(kind), golds, answer, choices));
    }

    private static Question question(ScoredCase one) {
        return Question.newBuilder()
                .setPromptId("score")
                .setTask("score")
                .setKind(one.kind())
                .setQuestion("")
                .setGolds(one.golds())
                .setOptions(one.options().isEmpty() ? null : one.options())
                .setInputTokens(0)
                .build();
    }
}
