package dev.longstream.runs.launch;

import dev.longstream.evaluation.EvaluationRole;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.producers.following.OpenWeights;
import dev.longstream.producers.following.RunPaths;
import dev.longstream.progress.Progress;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.audit.LogAudit;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.folder.PublishedQuestions;
import dev.longstream.runs.folder.RunFolder;
import dev.longstream.runs.fork.Fork;
import dev.longstream.runs.judges.Judges;
import dev.longstream.runs.preparation.WarmUpFigures;
import dev.longstream.runs.process.Interruption;
import dev.longstream.runs.report.Curves;
import dev.longstream.runs.report.JudgeReport;
import dev.longstream.runs.report.Reporting;
import dev.longstream.runs.report.Reports;
import dev.longstream.runs.report.RunReport;
import dev.longstream.runs.report.SampledGroups;
import dev.longstream.runs.watch.Usage;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Finishes a run after its last gradient step: missing evaluations, audit, report and curves, from the log. */
final class RunEnd {
    private final ResolvedConfig resolved;
    private final RunConfig config;
    private final EventLog log;
    private final Roles roles;
    private final Progress progress;

    RunEnd(ResolvedConfig resolved, EventLog log, Roles roles, Progress progress) {
        this.resolved = resolved;
        this.config = resolved.config();
        this.log = log;
        this.roles = roles;
        this.progress = progress;
    }

    /**
     * Evaluates policy versions that still need it, audits the log, and writes report and curves to the run folder.
     *
     * @param used returns the time and memory of the run
     * @param replayOf name of the run whose answers were replayed; null if the run sampled its own
     */
    RunReport report(RunFolder folder, Supplier<Usage> used, Interruption interruption, @Nullable String replayOf) {
        evaluateWhatIsMissing(interruption);
        return report(folder, used.get(), replayOf);
    }

    /** Evaluates the last version of every phase; after an early end of a phase or run it was not planned for evaluation. */
    private void evaluateWhatIsMissing(Interruption interruption) {
        Records records = read();
        Set<Long> needed = new TreeSet<>(phaseEnds(records).values());
        needed.add(records.lastVersion());
        Set<Long> evaluated =
                records.evaluations.stream().map(Evaluation::getVersion).collect(Collectors.toSet());
        Map<Long, Weights> announced = new TreeMap<>();
        TopicReader.readAll(
                log,
                log.topics().weights(),
                record -> announced.put(record.value().getVersion(), record.value()));
        for (long version : needed) {
            Weights weights = announced.get(version);
            if (!evaluated.contains(version) && weights != null && roles.files().has(weights)) {
                try (EvaluationRole evaluation = roles.evaluation();
                        OpenWeights open = roles.files().open(weights)) {
                    interruption.stopsBy(evaluation::close);
                    RunStart.evaluate(evaluation, "version " + version, version, open.folder(), progress);
                }
                interruption.refuse();
            }
        }
    }

    private RunReport report(RunFolder folder, Usage used, @Nullable String replayOf) {
        Records records = read();
        Ledger ledger = LogAudit.of(log);
        SampledGroups sampled = SampledGroups.of(log);
        RunReport report = Reporting.report(
                new Reporting.Facts(
                        new RunReport.ReportedRun(
                                config.run(),
                                config.seed(),
                                resolved.digest(),
                                records.model,
                                replayOf,
                                Fork.in(config.folder())
                                        .map(fork -> fork.run() + "@" + fork.step())
                                        .orElse(null)),
                        new RunReport.RunCost(used.wallSeconds(), used.peakMemoryBytes()),
                        records.lastVersion(),
                        phaseEnds(records),
                        Draws.of(log, records.lastVersion()),
                        config.maxStaleness(),
                        new WarmUpFigures(config.folder()).read(),
                        PublishedQuestions.in(config.folder()).orElse(null)),
                records.steps,
                records.evaluations,
                sampled,
                ledger,
                JudgeReport.of(log, Judges.latestCheck(config)));
        Reports.write(
                folder.path(),
                report,
                Curves.svg(
                        "Run " + config.run() + ", seed " + config.seed(),
                        records.steps,
                        sampled,
                        records.evaluations));
        return report;
    }

    /** Returns the last policy version of each phase by its index, as planned or as ended early by a command. */
    private Map<Integer, Long> phaseEnds(Records records) {
        Map<Integer, Long> ends = new TreeMap<>();
        if (records.advanced) {
            records.steps.forEach(step -> ends.merge(step.getPhaseIndex(), step.getVersion(), Math::max));
            return ends;
        }
        long version = 0;
        for (PhaseSection phase : config.scheduledPhases()) {
            version += phase.steps();
            ends.put(ends.size(), Math.min(version, records.lastVersion()));
        }
        return ends;
    }

    /** Records of the log that the report needs. */
    private static final class Records {
        final List<Step> steps = new ArrayList<>();
        final List<Evaluation> evaluations = new ArrayList<>();
        String model = "";
        boolean advanced;

        /** Returns the newest policy version; 0 before the first step. */
        long lastVersion() {
            return steps.stream().mapToLong(Step::getVersion).max().orElse(0);
        }
    }

    private Records read() {
        Records records = new Records();
        Topics topics = log.topics();
        RunPaths paths = new RunPaths(config.folder());
        TopicReader.readAll(log, topics.steps(), record -> records.steps.add(record.value()));
        TopicReader.readAll(log, topics.evaluations(), record -> records.evaluations.add(record.value()));
        TopicReader.readAll(
                log,
                topics.control(),
                record -> records.advanced |= record.value().getCommand() == ControlCommand.ADVANCE);
        TopicReader.readAll(
                log,
                topics.weights(),
                record -> records.model = paths.resolve(
                                record.value().getUri(),
                                "The record of version " + record.key() + " on "
                                        + topics.weights().name())
                        .toString());
        return records;
    }
}
