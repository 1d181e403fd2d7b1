package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.files.AtomicFile;
import dev.longstream.judging.JudgeCase;
import dev.longstream.judging.JudgeCases;
import dev.longstream.judging.PracticeCases;
import dev.longstream.judging.Rubric;
import dev.longstream.questions.ImportReport;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.questions.RefusedRow;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.judges.Judges;
import dev.longstream.runs.preparation.Sources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

@Command(
        name = "practice",
        description = {
            "Makes labelled cases out of questions that accept several answers, for a small model to learn judging from: one"
                    + " accepted answer means the same as another, words of the documents, an accepted answer with a word"
                    + " changed, and answers to other questions do not.",
            "FOLDER/demonstrations.jsonl holds most of them, told as the judge's rubric tells them, for"
                    + " demonstrations.written of a run whose warm-up trains the judge; FOLDER/cases.jsonl the rest, for"
                    + " 'longstream judge check'. Questions that the configuration trains on or holds out are left out, so"
                    + " that the judge has seen none it will judge."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream judge practice questions.jsonl --out practice --config run.yaml --set scoring.reward=rule",
            "  longstream train --config examples/judge.yaml --model FOLDER --set demonstrations.written=[practice/demonstrations.jsonl]",
            "  longstream judge check practice/cases.jsonl --config run.yaml --set judge.folder=CHECKPOINT"
        })
@AlsoEndsWith(ExitCode.BAD_DATA)
final class JudgePracticeCommand extends CommandBase {
    @Mixin
    private final RunOptions options = new RunOptions();

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Questions, as 'prompts import' reads them.")
    private List<Path> files = List.of();

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the two files go.")
    private Path out = Path.of("");

    @Option(
            names = "--check-share",
            paramLabel = "SHARE",
            defaultValue = "0.15",
            description = "Of the questions, those whose cases are for checking (default ${DEFAULT-VALUE}).")
    private double checkShare;

    @Override
    ExitCode execute() {
        if (!(checkShare > 0 && checkShare < 1)) {
            throw new WrongUseException(
                    "--check-share is " + checkShare + ", must be in (0, 1): neither file may be empty");
        }
        RunConfig config = options.load().config();
        ImportReport report = Sources.read(files, null);
        List<ImportedPrompt> read = report.prompts();
        List<String> refused = new ArrayList<>(
                report.refused().stream().map(RefusedRow::toString).toList());
        List<ImportedPrompt> prompts = new ArrayList<>(Sources.notOf(config, read, refused::add));
        int apart = read.size() - prompts.size();
        Collections.shuffle(prompts, new Random(config.seed()));
        int checked = (int) Math.ceil(checkShare * prompts.size());
        List<JudgeCase> forCheck = PracticeCases.of(prompts.subList(0, checked), config.seed());
        List<JudgeCase> forPractice = PracticeCases.of(prompts.subList(checked, prompts.size()), config.seed());
        if (forCheck.isEmpty() || forPractice.isEmpty()) {
            throw new UnusableInputException(
                    "Of " + read.size() + " questions " + apart + " belong to the run, and the others give "
                            + forPractice.size() + " cases to learn from and " + forCheck.size()
                            + " to check with; expected questions with several accepted short answers");
        }
        write("cases.jsonl", forCheck.stream().map(JudgeCases::line).toList());
        Rubric rubric = Judges.rubric(config.judge());
        write(
                "demonstrations.jsonl",
                forPractice.stream()
                        .map(one -> PracticeCases.demonstration(one, rubric, key(one, rubric)))
                        .toList());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("questions", read.size());
        result.put("of-the-run", apart);
        result.put("demonstrations", forPractice.size());
        result.put("cases", forCheck.size());
        result.put("refused", refused);
        List<String> lines = new ArrayList<>();
        refused.forEach(row -> lines.add("refused " + row));
        lines.add(String.format(
                Locale.ROOT,
                "%d questions, %d of them the run's own: %d cases to learn from in %s, %d to check with in %s",
                read.size(),
                apart,
                forPractice.size(),
                out.resolve("demonstrations.jsonl"),
                forCheck.size(),
                out.resolve("cases.jsonl")));
        print(result, lines);
        return ExitCode.DONE;
    }

    private static String key(JudgeCase one, Rubric rubric) {
        return new AskedJudge("practice", rubric.digest(), false).key(one.question(), one.golds(), one.answer());
    }

    private void write(String name, List<String> lines) {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new WrongUseException("--out is " + out + ", which cannot be made a folder", e);
        }
        AtomicFile.replace(out.resolve(name), String.join("\n", lines) + "\n");
    }
}
