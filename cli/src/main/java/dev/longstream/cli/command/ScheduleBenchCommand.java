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
            description = "Median length of an answer (default: ${DEFAULT-VALUE}).")
    private int median = AnswerTail.PUBLISHED.medianTokens();

    @Option(
            names = "--tail",
            paramLabel = "FACTOR",
            description = "99th percentile of the lengths, in medians (default: ${DEFAULT-VALUE}).")
    private double tail = AnswerTail.PUBLISHED.tail();

    @Option(
            names = "--max-tokens",
            paramLabel = "TOKENS",
            description = "Limit of an answer (default: ${DEFAULT-VALUE}).")
    private int maxTokens = AnswerTail.PUBLISHED.maxTokens();

    @Option(
            names = "--prompt-share",
            paramLabel = "SHARE",
            description = "How much of the lengths' variance the prompt decides, 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double promptShare = AnswerTail.PUBLISHED.promptShare();

    @Option(
            names = "--uniform",
            paramLabel = "SHARE",
            defaultValue = "0.2",
            description =
                    "Share of groups that are replaced, because all rewards are equal (default: ${DEFAULT-VALUE}).")
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
                description =
                        "Answers that a worker decodes at once, as rollouts.worker.rows (default: ${DEFAULT-VALUE}).")
        private int rows = RolloutConfig.DEFAULT.rows();

        @Option(
                names = "--groups-at-once",
                paramLabel = "N",
                description =
                        "Groups that a worker holds, as rollouts.worker.groups-at-once (default: ${DEFAULT-VALUE}).")
        private int groupsAtOnce = RolloutConfig.DEFAULT.groupsAtOnce();

        @Option(
                names = "--leases",
                paramLabel = "N",
                description = "Parts in which it acquires them, as rollouts.worker.leases (default: ${DEFAULT-VALUE}).")
        private int leases = RolloutConfig.DEFAULT.leases();

        @Option(
                names = "--decode-step",
                paramLabel = "SECONDS",
                description = "A token of every answer, without the answers' own part (default: ${DEFAULT-VALUE}).")
        private double decodeStep = DeviceSpeed.SEVEN_BILLION.decodeStep();

        @Option(
                names = "--decode-row",
                paramLabel = "SECONDS",
                description = "Addition for each answer in progress (default: ${DEFAULT-VALUE}).")
        private double decodeRow = DeviceSpeed.SEVEN_BILLION.decodeRow();

        @Option(
                names = "--read-token",
                paramLabel = "SECONDS",
                description = "A prompt token (default: ${DEFAULT-VALUE}).")
        private double readToken = DeviceSpeed.SEVEN_BILLION.readToken();

        @Option(
                names = "--load-weights",
                paramLabel = "SECONDS",
                description = "New weights in a worker (default: ${DEFAULT-VALUE}).")
        private double loadWeights = DeviceSpeed.SEVEN_BILLION.loadWeights();

        @Option(
                names = "--train-token",
                paramLabel = "SECONDS",
                description = "A token in a gradient step, on one device (default: ${DEFAULT-VALUE}).")
        private double trainToken = DeviceSpeed.SEVEN_BILLION.trainToken();

        @Option(
                names = "--train-step",
                paramLabel = "SECONDS",
                description = "Addition for each gradient step (default: ${DEFAULT-VALUE}).")
        private double trainStep = DeviceSpeed.SEVEN_BILLION.trainStep();

        @Option(
                names = "--stages",
                paramLabel = "SECONDS",
                description = "From a group's last answer to a batch (default: ${DEFAULT-VALUE}).")
        private double stages = DeviceSpeed.SEVEN_BILLION.stages();

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
