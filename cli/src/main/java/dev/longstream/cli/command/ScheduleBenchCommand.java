package dev.longstream.cli.command;

import dev.longstream.benchmarks.simulation.AnswerTail;
import dev.longstream.benchmarks.simulation.DeviceSpeed;
import dev.longstream.benchmarks.simulation.ScheduleComparison;
import dev.longstream.benchmarks.simulation.SimulatedLoad;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.sampling.OnNewWeights;
import dev.longstream.producers.rollouts.RolloutConfig;
import dev.longstream.producers.rollouts.SamplingVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;

@Command(
        name = "schedule",
        description = {
            "The loop in virtual time, on a published tail of answer lengths: idle devices and throughput by max-staleness.",
            "The rules that schedule a run decide; engine and trainer only take time. Nothing is sampled or trained.",
            "Compares with taking turns, and with training whatever is complete first."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream bench schedule",
            "  longstream bench schedule --groups-at-once 48 --leases 48     # a worker that waits for no slow group",
            "  longstream bench schedule --workers 12 --trainers 4 --tail 5 --json"
        })
final class ScheduleBenchCommand extends CommandBase {
    @Mixin
    private final SimulatedEngineOptions engine = new SimulatedEngineOptions();

    @Option(
            names = "--staleness",
            paramLabel = "STEPS",
            arity = "1",
            split = ",",
            defaultValue = "0,1,2,4,8",
            description = "Bounds on staleness, separated by commas (default: ${DEFAULT-VALUE}).")
    private List<Integer> staleness = List.of();

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "60",
            description = "Gradient steps (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--batch",
            paramLabel = "GROUPS",
            defaultValue = "128",
            description = "Groups of a gradient step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--answers",
            paramLabel = "G",
            defaultValue = "8",
            description = "Answers of a group (default: ${DEFAULT-VALUE}).")
    private int answers;

    @Option(
            names = "--prompt",
            paramLabel = "TOKENS",
            defaultValue = "2048",
            description = "Tokens of a prompt (default: ${DEFAULT-VALUE}).")
    private int prompt;

    @Option(
            names = "--median",
            paramLabel = "TOKENS",
            defaultValue = "1434",
            description = "Median length of an answer (default: ${DEFAULT-VALUE}).")
    private int median;

    @Option(
            names = "--tail",
            paramLabel = "FACTOR",
            defaultValue = "10",
            description = "99th percentile of the lengths, in medians (default: ${DEFAULT-VALUE}).")
    private double tail;

    @Option(
            names = "--max-tokens",
            paramLabel = "TOKENS",
            defaultValue = "28672",
            description = "Limit of an answer (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Option(
            names = "--prompt-share",
            paramLabel = "SHARE",
            defaultValue = "0.5",
            description = "How much of the lengths' variance the prompt decides, 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double promptShare;

    @Option(
            names = "--uniform",
            paramLabel = "SHARE",
            defaultValue = "0.2",
            description = "Share of groups that are replaced, because all rewards are equal (default: ${DEFAULT-VALUE}).")
    private double uniform;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of lengths and rewards (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    ExitCode execute() {
        if (staleness.stream().anyMatch(bound -> bound < 0)) {
            throw new WrongUseException("--staleness is " + staleness + ", no bound may be negative");
        }
        SimulatedLoad load = new SimulatedLoad(
                new AnswerTail(median, tail, maxTokens, promptShare),
                prompt,
                batch,
                answers,
                steps,
                uniform,
                engine.devices(),
                engine.rollouts(),
                seed);
        ScheduleComparison comparison = ScheduleComparison.of(load, engine.speed(), staleness);
        print(comparison, comparison.lines());
        return ExitCode.DONE;
    }

    /** Options of the simulated devices. */
    static final class SimulatedEngineOptions {
        @Option(
                names = "--workers",
                paramLabel = "N",
                defaultValue = "8",
                description = "Devices that sample (default: ${DEFAULT-VALUE}).")
        private int workers;

        @Option(
                names = "--trainers",
                paramLabel = "N",
                defaultValue = "8",
                description = "Devices that train (default: ${DEFAULT-VALUE}).")
        private int trainers;

        @Option(
                names = "--rows",
                paramLabel = "N",
                defaultValue = "128",
                description = "Answers that a worker decodes at once, as rollouts.rows (default: ${DEFAULT-VALUE}).")
        private int rows;

        @Option(
                names = "--groups-at-once",
                paramLabel = "N",
                defaultValue = "16",
                description = "Groups that a worker holds, as rollouts.groups-at-once (default: ${DEFAULT-VALUE}).")
        private int groupsAtOnce;

        @Option(
                names = "--leases",
                paramLabel = "N",
                defaultValue = "2",
                description = "Parts in which it acquires them, as rollouts.leases (default: ${DEFAULT-VALUE}).")
        private int leases;

        @Option(
                names = "--decode-step",
                paramLabel = "SECONDS",
                defaultValue = "0.008",
                description = "A token of every answer, without the answers' own part (default: ${DEFAULT-VALUE}).")
        private double decodeStep;

        @Option(
                names = "--decode-row",
                paramLabel = "SECONDS",
                defaultValue = "0.00005",
                description = "Addition for each answer in progress (default: ${DEFAULT-VALUE}).")
        private double decodeRow;

        @Option(
                names = "--read-token",
                paramLabel = "SECONDS",
                defaultValue = "0.000031",
                description = "A prompt token (default: ${DEFAULT-VALUE}).")
        private double readToken;

        @Option(
                names = "--load-weights",
                paramLabel = "SECONDS",
                defaultValue = "2",
                description = "New weights in a worker (default: ${DEFAULT-VALUE}).")
        private double loadWeights;

        @Option(
                names = "--train-token",
                paramLabel = "SECONDS",
                defaultValue = "0.000115",
                description = "A token in a gradient step, on one device (default: ${DEFAULT-VALUE}).")
        private double trainToken;

        @Option(
                names = "--train-step",
                paramLabel = "SECONDS",
                defaultValue = "2",
                description = "Addition for each gradient step (default: ${DEFAULT-VALUE}).")
        private double trainStep;

        @Option(
                names = "--stages",
                paramLabel = "SECONDS",
                defaultValue = "0.3",
                description = "From a group's last answer to a batch (default: ${DEFAULT-VALUE}).")
        private double stages;

        SimulatedLoad.Devices devices() {
            return new SimulatedLoad.Devices(workers, trainers);
        }

        DeviceSpeed speed() {
            return new DeviceSpeed(decodeStep, decodeRow, readToken, loadWeights, trainToken, trainStep, stages);
        }

        RolloutConfig rollouts() {
            RolloutConfig usual = RolloutConfig.DEFAULT;
            return new RolloutConfig(
                    groupsAtOnce,
                    leases,
                    rows,
                    usual.chunkTokens(),
                    usual.cacheMebibytes(),
                    usual.documentCharacters(),
                    OnNewWeights.KEEP,
                    SamplingVersion.NEWEST);
        }
    }
}
