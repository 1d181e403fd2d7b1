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
import java.util.concurrent.ThreadLocalRandom;

@Command(
        name = "judge",
        description = "Looks at the judge of the configuration, and makes what a small model can learn to judge from.",
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
                "Asks the judge about labelled cases and says how often it agrees: with a 95 %% interval (Wilson), false"
                        + " positives, false negatives, and cases without a verdict, which are in no share.",
                "Answers that speak to the judge are counted apart. Reports of runs in the same folder show the latest check"
                        + " of their judge and rubric."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  longstream judge check --set judge.url=http://localhost:8000/v1 --set judge.model=NAME",
                "  longstream judge check cases.jsonl more.jsonl --set judge.folder=FOLDER --mistakes",
                "",
                "A case is a line {\"question\", \"gold\", \"answer\", \"label\"}, or one of a rule: {\"gold\", \"output\", \"expect\":",
                "{\"extracted\", \"score\"}}. A rule is stricter than a judge should be: where it is the label, a false positive may",
                "be the judge's being right. The cases that come with Longstream are asked in any case."
            })
    @AlsoEndsWith({ExitCode.BAD_DATA, ExitCode.UNREACHABLE, ExitCode.OUT_OF_MEMORY, ExitCode.INTERRUPTED})
    static final class Check extends CommandBase {
        private static final String QUESTION_NOT_KNOWN = "(not given)";

        @Mixin
        private final RunOptions options = new RunOptions();

        @Parameters(paramLabel = "FILE", arity = "0..*", description = "Labelled cases, JSON lines.")
        private List<Path> files = List.of();

        @Option(
                names = "--mistakes",
                description = "List every case without the right verdict, and what the judge said.")
        private boolean mistakes;

        @Override
        ExitCode execute() throws InterruptedException {
            RunConfig config = options.load().config();
            JudgeSection section = config.judge();
            if (!section.present()) {
                throw new WrongUseException("There is no judge: judge.url or judge.folder says where one is");
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
                    .map(one -> new JudgeRound.AskedAnswer(
                            judge.key(one.question(), one.golds(), one.answer()),
                            one.question().isBlank() ? QUESTION_NOT_KNOWN : one.question(),
                            one.golds(),
                            one.answer()))
                    .distinct()
                    .toList();
            Map<String, Judgement> judged = new HashMap<>();
            try (OpenJudge open = OpenJudge.open(section, System.getenv());
                    JudgeClient client = new JudgeClient(
                            open.endpoint(),
                            section.worker(),
                            rubric,
                            InstantSource.system(),
                            () -> ThreadLocalRandom.current().nextLong());
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
                    .map(one ->
                            Objects.requireNonNull(judged.get(judge.key(one.question(), one.golds(), one.answer()))))
                    .toList();
        }
    }
}
