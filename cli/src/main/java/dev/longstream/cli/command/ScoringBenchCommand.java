package dev.longstream.cli.command;

import dev.longstream.benchmarks.scoring.ScoringBench;
import dev.longstream.benchmarks.scoring.ScoringFigures;
import dev.longstream.benchmarks.scoring.ScoringLoad;
import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.files.FolderTree;
import dev.longstream.progress.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

@Command(
        name = "scoring",
        description = {
            "Scoring, grouping and batching under exactly-once, beside a program that reads and writes the same records.",
            "A broker runs in this process, in a temporary folder."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  longstream bench scoring", "  longstream bench scoring --groups 800 --repeat 5 --load 100 --json"})
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.UNREACHABLE})
final class ScoringBenchCommand extends CommandBase {
    @Option(
            names = "--groups",
            paramLabel = "N",
            defaultValue = "400",
            description = "Groups in a round, a multiple of 8 (default: ${DEFAULT-VALUE}).")
    private int groups;

    @Option(
            names = "--answers",
            paramLabel = "G",
            defaultValue = "8",
            description = "Answers in a group (default: ${DEFAULT-VALUE}).")
    private int answers;

    @Option(
            names = "--tokens",
            paramLabel = "MIN,MAX",
            arity = "1",
            split = ",",
            defaultValue = "200,16000",
            description = "Shortest and longest answer (default: ${DEFAULT-VALUE}).")
    private List<Integer> tokens = List.of();

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "2",
            description = "Partitions of the topics (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "3",
            description = "Timed rounds; the median is reported (default: ${DEFAULT-VALUE}).")
    private int repeat;

    @Option(
            names = "--load",
            paramLabel = "N",
            defaultValue = "40",
            description = "Answers a second while latency is measured (default: ${DEFAULT-VALUE}).")
    private int recordsPerSecond;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "Time for which latency is measured, for each of the two (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Override
    ExitCode execute() throws IOException, InterruptedException {
        ScoringLoad load = new ScoringLoad(
                groups,
                answers,
                tokens.get(0),
                tokens.get(tokens.size() - 1),
                partitions,
                repeat,
                recordsPerSecond,
                seconds);
        Path folder = Files.createTempDirectory("longstream-bench");
        try (Progress progress = TerminalProgress.open()) {
            ScoringFigures figures = new ScoringBench(load, folder, progress::say).measure();
            print(json(figures), figures.lines());
            return ExitCode.DONE;
        } finally {
            FolderTree.delete(folder);
        }
    }

    private static Map<String, Object> json(ScoringFigures figures) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("figures", figures);
        json.put("ratio", figures.ratio());
        json.put("addedMedianMs", figures.addedMedian());
        json.put("addedP99Ms", figures.addedP99());
        return json;
    }
}
