package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.config.ConfigurationException;
import dev.longstream.judging.JudgeContract;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.passes.BehaviourPass;
import dev.longstream.runs.report.BehaviourReport;
import dev.longstream.runs.report.BehaviourTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

@Command(
        name = "behaviours",
        description = {
            "Counts reasoning behaviours in a run's answers with a judge: grounding, subgoals, backtracking and verification, by"
                    + " step and phase.",
            "Reads the answers from the run's log; samples no new ones."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream behaviours quickstart --set judge.url=http://localhost:8000/v1 --set judge.model=NAME",
            "  longstream behaviours quickstart --set judge.folder=FOLDER --every 5 --sample 16",
            "  longstream plot quickstart                                   # plots the counts with the other curves",
            "",
            "Without --config the run's own configuration applies, its judge included. Results are written to report.json. The",
            "judge's replies are stored in behaviours.jsonl, so that no request is repeated. An answer without counts enters no",
            "mean; the same command sends it to the judge again."
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.UNREACHABLE, ExitCode.OUT_OF_MEMORY, ExitCode.INTERRUPTED})
final class BehavioursCommand extends CommandBase {
    @Option(
            names = "--every",
            paramLabel = "N",
            defaultValue = "1",
            description = "Count every N-th gradient step, from the first on (default: ${DEFAULT-VALUE}).")
    private int every;

    @Option(
            names = "--sample",
            paramLabel = "K",
            defaultValue = "8",
            description = "Answers to sample from each counted step (default: ${DEFAULT-VALUE}).")
    private int sample;

    @Mixin
    private final StartedRun run = new StartedRun();

    @Override
    ExitCode execute() throws InterruptedException {
        RunConfig config = configuration();
        try (LogConnection open = LogConnection.existing(config);
                Progress progress = TerminalProgress.open()) {
            BehaviourReport report = new BehaviourPass(config, open.log(), progress, every, sample).run();
            print(report, BehaviourTable.lines(report));
            return report.counted() == 0 ? ExitCode.FAILED : ExitCode.DONE;
        }
    }

    private RunConfig configuration() {
        RunConfig config = run.load(err()).config();
        List<String> problems = new ArrayList<>();
        if (every < 1) {
            problems.add("--every is " + every + ", must be at least 1");
        }
        if (sample < 1) {
            problems.add("--sample is " + sample + ", must be at least 1");
        }
        if (!config.judge().present()) {
            problems.add("No judge is configured: set judge.url or judge.folder");
        } else if (config.judge().contract() == JudgeContract.REWARD) {
            problems.add("judge.contract is reward, expected chat: a reward model cannot count behaviours");
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return config;
    }
}
