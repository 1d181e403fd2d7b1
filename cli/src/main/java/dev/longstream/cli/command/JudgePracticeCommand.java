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
            "Makes labelled cases for training a small judge, from questions with several accepted answers. Two accepted"
                    + " answers are a right case; words of the documents, an accepted answer with a changed word, and answers"
                    + " to other questions are wrong cases.",
            "FOLDER/demonstrations.jsonl contains most of them in the form of the judge's rubric; name it in"
                    + " demonstrations.written of a run whose warm-up trains the judge. FOLDER/cases.jsonl contains the rest,"
                    + " for 'longstream judge check'. Training and held-out questions of the configuration are left out, so"
                    + " that the judge is not trained on questions that it will judge."
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

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "Question files in any format of 'longstream prompts import'.")
    private List<Path> files = List.of();

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Folder for the two files.")
    private Path out = Path.of("");

    @Option(
            names = "--check-share",
            paramLabel = "SHARE",
            defaultValue = "0.15",
            description = "Fraction of the questions whose cases go to cases.jsonl (default ${DEFAULT-VALUE}).")
    private double checkShare;

    @Override
    ExitCode execute() {
        if (!(checkShare > 0 && checkShare < 1)) {
            throw new WrongUseException(
                    "--check-share is " + checkShare + ", must be in (0, 1), so that neither file is empty");
        }
        RunConfig config = options.load().config();
        ImportReport report = Sources.read(files, null);
        List<ImportedPrompt> read = report.prompts();
        List<String> refused = new ArrayList<>(
                report.refused().stream().map(RefusedRow::toString).toList());
        List<ImportedPrompt> prompts = new ArrayList<>(Sources.notOf(config, read, refused::add));
        int ownQuestions = read.size() - prompts.size();
        Collections.shuffle(prompts, new Random(config.seed()));
        int checked = (int) Math.ceil(checkShare * prompts.size());
        List<JudgeCase> forCheck = PracticeCases.of(prompts.subList(0, checked), config.seed());
        List<JudgeCase> forPractice = PracticeCases.of(prompts.subList(checked, prompts.size()), config.seed());
        if (forCheck.isEmpty() || forPractice.isEmpty()) {
            throw new UnusableInputException(
                    read.size() + " questions, of which " + ownQuestions + " belong to the run, give "
                            + forPractice.size() + " cases for training and " + forCheck.size()
                            + " for checking; expected questions with several accepted short answers");
        }
        write("cases.jsonl", forCheck.stream().map(JudgeCases::line).toList());
        Rubric rubric = Judges.rubric(config.judge());
        write(
                "demonstrations.jsonl",
                forPractice.stream()
                        .map(practice -> PracticeCases.demonstration(practice, rubric, key(practice, rubric)))
                        .toList());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("questions", read.size());
        result.put("of-the-run", ownQuestions);
        result.put("demonstrations", forPractice.size());
        result.put("cases", forCheck.size());
        result.put("refused", refused);
        List<String> lines = new ArrayList<>();
        refused.forEach(row -> lines.add("refused " + row));
        lines.add(String.format(
                Locale.ROOT,
                "%d questions, of which %d belong to the run: %d cases for training in %s, %d for checking in %s",
                read.size(),
                ownQuestions,
                forPractice.size(),
                out.resolve("demonstrations.jsonl"),
                forCheck.size(),
                out.resolve("cases.jsonl")));
        print(result, lines);
        return ExitCode.DONE;
    }

    private static String key(JudgeCase practice, Rubric rubric) {
        return new AskedJudge("practice", rubric.digest(), false)
                .key(practice.question(), practice.golds(), practice.answer());
    }

    private void write(String name, List<String> lines) {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new WrongUseException("--out is " + out + ", where no folder can be created", e);
        }
        AtomicFile.replace(out.resolve(name), String.join("\n", lines) + "\n");
    }
}
