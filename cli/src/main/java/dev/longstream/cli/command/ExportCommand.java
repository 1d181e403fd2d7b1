package dev.longstream.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.exports.FollowState;
import dev.longstream.exports.LastVersion;
import dev.longstream.exports.MetricExport;
import dev.longstream.exports.TableExport;
import dev.longstream.exports.answers.AnswerExport;
import dev.longstream.exports.answers.AnswerForm;
import dev.longstream.exports.answers.Conversations;
import dev.longstream.exports.metrics.EventFile;
import dev.longstream.exports.metrics.MetricSink;
import dev.longstream.exports.metrics.MlflowRun;
import dev.longstream.exports.metrics.MlflowServer;
import dev.longstream.exports.tables.RowFormat;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.folder.FilesOfRun;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.process.Interruption;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

@Command(
        name = "export",
        description = "Writes a run for other tools: tables, metrics, or answers to train other models on.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream export --to parquet                             # every topic as a table",
            "  longstream export quickstart --to jsonl --topics steps,groups --out tables",
            "  longstream export --to tensorboard --follow                # while the run goes on",
            "  longstream export --to mlflow --tracking-uri http://localhost:5000",
            "  longstream export --to trl-sft --min-reward 0.9 --out sft.jsonl",
            "  longstream export --to openrlhf-preference --min-gap 0.5",
            "",
            "Files appear under their names when they are complete, and replace those of an earlier export.",
            "docs/export.md shows how each tool reads them."
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.UNREACHABLE, ExitCode.INTERRUPTED})
final class ExportCommand extends CommandBase {
    private static final String TRACKING_URI = "MLFLOW_TRACKING_URI";
    private static final String DEFAULT_EXPERIMENT = "longstream";
    private static final double DEFAULT_MIN_REWARD = 1;

    @Option(
            names = "--to",
            paramLabel = "FORMAT",
            required = true,
            converter = ExportTarget.FromLabel.class,
            completionCandidates = ExportTarget.Labels.class,
            description = "One of: ${COMPLETION-CANDIDATES}.")
    private ExportTarget to = ExportTarget.PARQUET;

    @Option(
            names = "--out",
            paramLabel = "PATH",
            description = "Folder of tables or of TensorBoard's event file, or the file of answers (default: in"
                    + " exports/ of the run folder).")
    private @Nullable Path out;

    @Option(
            names = "--topics",
            paramLabel = "TOPIC",
            split = ",",
            description = "parquet and jsonl: topics to export, separated by commas (default: all).")
    private @Nullable List<String> topics;

    @Option(
            names = "--follow",
            description = "Not with answers: goes on until the run has evaluated its last version, or Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            description = "With --follow: time between two looks at the log (default: 30).")
    private @Nullable Integer everySeconds;

    @Option(
            names = "--min-reward",
            paramLabel = "REWARD",
            description = "SFT: smallest reward of an answer (default: 1).")
    private @Nullable Double minReward;

    @Option(
            names = "--min-gap",
            paramLabel = "REWARD",
            description = "Preferences: smallest difference between the rewards of a pair (default: any above 0).")
    private @Nullable Double minGap;

    @Option(
            names = "--tracking-uri",
            paramLabel = "URL",
            description = "mlflow: the tracking server (default: $$MLFLOW_TRACKING_URI).")
    private @Nullable String trackingUri;

    @Option(
            names = "--experiment",
            paramLabel = "NAME",
            description = "mlflow: experiment of the run (default: longstream).")
    private @Nullable String experiment;

    @Mixin
    private final StartedRun run = new StartedRun();

    /** Exports once, or follows the run. */
    private interface Exporter {
        /**
         * Exports and returns what to print.
         *
         * @param state state of a run to follow; null: export once
         */
        Map<String, Object> export(EventLog log, @Nullable Supplier<FollowState> state) throws InterruptedException;
    }

    @Override
    ExitCode execute() throws InterruptedException {
        requireFittingOptions();
        ResolvedConfig resolved = run.load(err());
        Exporter exporter = exporter(resolved);
        Map<String, Object> result = follow ? followed(resolved.config(), exporter) : once(resolved.config(), exporter);
        List<String> lines = new ArrayList<>();
        result.forEach((name, value) -> lines.add(name + ": " + value));
        print(result, lines);
        return ExitCode.DONE;
    }

    private void requireFittingOptions() {
        AnswerForm form = to.answers();
        refuse(form != null && follow, "--follow");
        refuse(!follow && everySeconds != null, "--every without --follow");
        refuse(to.tables() == null && topics != null, "--topics");
        refuse(minReward != null && (form == null || form.isPreference()), "--min-reward");
        refuse(minGap != null && (form == null || !form.isPreference()), "--min-gap");
        refuse(to != ExportTarget.MLFLOW && trackingUri != null, "--tracking-uri");
        refuse(to != ExportTarget.MLFLOW && experiment != null, "--experiment");
        refuse(to == ExportTarget.MLFLOW && out != null, "--out");
        if (everySeconds != null && everySeconds < 1) {
            throw new WrongUseException("--every is " + everySeconds + ", must be at least 1 second");
        }
    }

    private void refuse(boolean wrong, String option) {
        if (wrong) {
            throw new WrongUseException("--to " + to.label() + " does not take " + option);
        }
    }

    private static Map<String, Object> once(RunConfig config, Exporter exporter) throws InterruptedException {
        try (LogConnection open = LogConnection.existing(config)) {
            return exporter.export(open.log(), null);
        }
    }

    /** Follows the run; when its broker has stopped with its process, exports once more from what it left. */
    private static Map<String, Object> followed(RunConfig config, Exporter exporter) throws InterruptedException {
        AtomicBoolean interrupted = new AtomicBoolean();
        AtomicBoolean gone = new AtomicBoolean();
        try (Interruption interruption = Interruption.watch()) {
            interruption.stopsBy(() -> interrupted.set(true));
            Map<String, Object> result;
            try (LogConnection open = LogConnection.existing(config);
                    LastVersion last = new LastVersion(open.log(), config.totalSteps())) {
                result = exporter.export(open.log(), () -> {
                    gone.set(!open.isUp());
                    return gone.get()
                            ? FollowState.GONE
                            : interrupted.get() || last.isEvaluated() ? FollowState.OVER : FollowState.UNDER_WAY;
                });
            }
            return gone.get() && !interrupted.get() ? once(config, exporter) : result;
        }
    }

    private Duration interval() {
        return Duration.ofSeconds(Objects.requireNonNullElse(everySeconds, 30));
    }

    private Exporter exporter(ResolvedConfig resolved) {
        RowFormat tables = to.tables();
        AnswerForm form = to.answers();
        if (tables != null) {
            return (log, state) -> tables(log, tables, path(resolved.config(), ""), state);
        }
        if (form != null) {
            Path file = path(resolved.config(), "." + form.format().extension());
            return (log, state) -> answers(log, form, file, resolved.config());
        }
        return to == ExportTarget.MLFLOW
                ? (log, state) -> mlflow(log, resolved, state)
                : (log, state) -> tensorBoard(log, path(resolved.config(), ""), state);
    }

    private Path path(RunConfig config, String extension) {
        return out != null ? out : config.folder().resolve("exports").resolve(to.label() + extension);
    }

    private Map<String, Object> tables(
            EventLog log, RowFormat format, Path folder, @Nullable Supplier<FollowState> state)
            throws InterruptedException {
        List<Topic<? extends SpecificRecord>> chosen = topics == null
                ? log.topics().all()
                : topics.stream()
                        .<Topic<? extends SpecificRecord>>map(name -> InspectCommand.find(log.topics(), name))
                        .toList();
        try (TableExport export = new TableExport(log, chosen, format, folder)) {
            if (state == null) {
                export.catchUp();
            } else {
                export.follow(interval(), state);
            }
            return result(folder, "rows", export.rows());
        }
    }

    private Map<String, Object> tensorBoard(EventLog log, Path folder, @Nullable Supplier<FollowState> state)
            throws InterruptedException {
        try (EventFile file = new EventFile(folder)) {
            return result(folder, "records", metrics(log, file, state));
        }
    }

    private Map<String, Object> mlflow(EventLog log, ResolvedConfig resolved, @Nullable Supplier<FollowState> state)
            throws InterruptedException {
        String address = trackingUri != null ? trackingUri : System.getenv(TRACKING_URI);
        if (address == null) {
            throw new WrongUseException("--to mlflow needs --tracking-uri or " + TRACKING_URI);
        }
        try (MlflowServer server = new MlflowServer(address, System.getenv());
                LastVersion last = new LastVersion(log, resolved.config().totalSteps());
                MlflowRun run = new MlflowRun(
                        server, Objects.requireNonNullElse(experiment, DEFAULT_EXPERIMENT), exported(log, resolved))) {
            MetricExport.ExportedMetrics exported = metrics(log, run, state);
            run.mark(last.isEvaluated());
            return result(run.runId(), "records", exported);
        }
    }

    private static MlflowRun.ExportedRun exported(EventLog log, ResolvedConfig resolved) {
        List<Instant> begun = new ArrayList<>();
        TopicReader.readAll(log, log.topics().control(), record -> {
            if (begun.isEmpty()) {
                begun.add(record.value().getAt());
            }
        });
        Map<String, String> settings = new TreeMap<>();
        flatten("", resolved.hidden(), settings);
        return new MlflowRun.ExportedRun(log.topics().run(), begun.isEmpty() ? Instant.EPOCH : begun.get(0), settings);
    }

    private static void flatten(String path, JsonNode value, Map<String, String> settings) {
        if (value.isObject()) {
            value.properties()
                    .forEach(entry -> flatten(
                            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), settings));
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                flatten(path + "." + i, value.get(i), settings);
            }
        } else if (!value.isNull()) {
            settings.put(path, value.asText());
        }
    }

    private MetricExport.ExportedMetrics metrics(EventLog log, MetricSink sink, @Nullable Supplier<FollowState> state)
            throws InterruptedException {
        try (MetricExport export = new MetricExport(log, sink)) {
            if (state == null) {
                export.catchUp();
            } else {
                export.follow(interval(), state);
            }
            return export.exported();
        }
    }

    private Map<String, Object> answers(EventLog log, AnswerForm form, Path file, RunConfig config) {
        AnswerExport.Selection selection = new AnswerExport.Selection(
                Objects.requireNonNullElse(minReward, DEFAULT_MIN_REWARD), Objects.requireNonNullElse(minGap, 0.0));
        try (PolicyFolder policy = PolicyFolder.open(ModelFolder.of(config));
                Conversations conversations = new Conversations(
                        log,
                        FilesOfRun.inFolder(config, log.topics()),
                        policy,
                        config.prompts().form())) {
            return result(file, "records", new AnswerExport(log, conversations, form, selection).write(file));
        }
    }

    private Map<String, Object> result(Object place, String what, Object count) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("to", to.label());
        result.put("out", place.toString());
        result.put(what, JSON.convertValue(count, Map.class));
        return result;
    }
}
