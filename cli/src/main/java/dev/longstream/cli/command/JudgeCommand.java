package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.judging.JudgeCase;
import dev.longstream.judging.JudgeCases;
import dev.longstream.judging.JudgeCheck;
import dev.longstream.judging.JudgeClient;
import dev.longstream.judging.JudgeRefusedException;
import dev.longstream.judging.JudgeRound;
import dev.longstream.judging.Judgement;
import dev.longstream.judging.Rubric;
import dev.longstream.progress.Progress;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.runs.config.JudgeSection;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.judges.Judges;
import dev.longstream.runs.judges.OpenJudge;
import dev.longstream.runs.report.JudgeCheckTable;
import dev.longstream.runs.report.JudgeChecks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

@Command(
        name = "judge",
        description = "Checks the judge of the configuration and makes training data for a small judge.",
        subcommands = {JudgeCommand.Check.class, JudgePracticeCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream judge check --set judge.url=http://localhost:8000/v1 --set judge.model=NAME",
            "  longstream judge practice questions.jsonl --out practice --config run.yaml"
        })
final class JudgeCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command, expected check or practice");
    }

    @Command(
            name = "check",
            description = {
                "Sends labelled cases to the judge and reports its agreement with a 95 %% interval (Wilson), false positives,"
                        + " false negatives, and cases without a verdict, which enter no rate.",
                "Answers that try to instruct the judge are counted separately. Reports of runs in the same folder show the"
                        + " latest check of their judge and rubric."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  longstream judge check --set judge.url=http://localhost:8000/v1 --set judge.model=NAME",
                "  longstream judge check cases.jsonl more.jsonl --set judge.folder=FOLDER --mistakes",
                "",
                "A case is a line {\"question\", \"gold\", \"answer\", \"label\"}, or a test case of a rule: {\"gold\", \"output\",",
                "\"expect\": {\"extracted\", \"score\"}}. A rule is stricter than a judge should be: if it is the label, the judge",
                "may be right in a false positive. The cases that ship with Longstream are always included."
            })
    @AlsoEndsWith({ExitCode.BAD_DATA, ExitCode.UNREACHABLE, ExitCode.OUT_OF_MEMORY, ExitCode.INTERRUPTED})
    static final class Check extends CommandBase {
        private static final String UNKNOWN_QUESTION = "(not given)";

        @Mixin
        private final RunOptions options = new RunOptions();

        @Parameters(paramLabel = "FILE", arity = "0..*", description = "Files of labelled cases, JSON lines.")
        private List<Path> files = List.of();

        @Option(
                names = "--mistakes",
                description = "List every case without the right verdict, with the judge's reply.")
        private boolean mistakes;

        @Override
        ExitCode execute() throws InterruptedException {
            RunConfig config = options.load().config();
            JudgeSection section = config.judge();
            if (!section.present()) {
                throw new WrongUseException("No judge is configured: set judge.url or judge.folder");
            }
            List<JudgeCase> cases = new ArrayList<>(JudgeCases.builtIn());
            files.forEach(file -> cases.addAll(JudgeCases.read(file)));
            JudgeCheck check = JudgeCheck.of(cases, judgements(cases, section));
            AskedJudge judge = Judges.known(section);
            InstantSource clock = InstantSource.system();
            JudgeChecks.JudgeCheckEntry entry =
                    JudgeChecks.JudgeCheckEntry.of(judge.model(), judge.rubricDigest(), clock.instant(), check);
            JudgeChecks.in(config.dir()).keep(entry);
            print(
                    Map.of("summary", entry, "groups", check.groups(), "mistakes", check.mistaken()),
                    JudgeCheckTable.lines(entry, check, mistakes));
            return check.all().verdicts() == 0 ? ExitCode.FAILED : ExitCode.DONE;
        }

        private static List<Judgement> judgements(List<JudgeCase> cases, JudgeSection section)
                throws InterruptedException {
            Rubric rubric = Judges.rubric(section);
            AskedJudge judge = Judges.known(section);
            List<JudgeRound.AskedAnswer> questions = cases.stream()
                    .map(labelled -> new JudgeRound.AskedAnswer(
                            judge.key(labelled.question(), labelled.golds(), labelled.answer()),
                            labelled.question().isBlank() ? UNKNOWN_QUESTION : labelled.question(),
                            labelled.golds(),
                            labelled.answer()))
                    .distinct()
                    .toList();
            Map<String, Judgement> judged = new HashMap<>();
            try (OpenJudge open = OpenJudge.open(section, System.getenv());
                    JudgeClient client = new JudgeClient(open.endpoint(), section.worker(), rubric);
                    Progress progress = TerminalProgress.open()) {
                progress.begin("cases", questions.size());
                JudgeRound.ask(client, section.worker().inFlight(), questions, (asked, judgement) -> {
                    synchronized (judged) {
                        judged.put(asked.key(), judgement);
                        progress.at(judged.size(), "");
                    }
                });
            } catch (JudgeRefusedException e) {
                throw new UnreachableException(String.valueOf(e.getMessage()), e);
            }
            return cases.stream()
                    .map(labelled -> Objects.requireNonNull(
                            judged.get(judge.key(labelled.question(), labelled.golds(), labelled.answer()))))
                    .toList();
        }
    }
}
