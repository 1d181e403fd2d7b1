package dev.longstream.cli.train;

import dev.longstream.cli.audit.Ledger;
import dev.longstream.cli.audit.LogAudit;
import dev.longstream.cli.config.PhaseSection;
import dev.longstream.cli.config.ResolvedConfig;
import dev.longstream.cli.config.RunConfig;
import dev.longstream.cli.exit.CommandException;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.log.OpenLog;
import dev.longstream.cli.progress.Progress;
import dev.longstream.cli.report.Curves;
import dev.longstream.cli.report.Reporting;
import dev.longstream.cli.report.RunReport;
import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.producers.evaluation.EvaluationRole;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** A whole run in this process, from nothing or from where it stopped. */
public final class Training {
    private static final Logger LOG = LoggerFactory.getLogger(Training.class);

    private final ResolvedConfig resolved;
    private final RunConfig config;
    private final Progress progress;

    /** How a run ended. */
    public record Ended(RunReport report, Path folder, boolean before) {}

    public Training(ResolvedConfig resolved, Progress progress) {
        this.resolved = resolved;
        this.config = resolved.config();
        this.progress = progress;
    }

    /**
     * @return the report; of an earlier process if the run was over before
     * @throws CommandException if the run was interrupted, stalled, or cannot begin
     */
    public Ended run() throws InterruptedException {
        try (RunFolder folder = RunFolder.open(resolved)) {
            Optional<RunReport> earlier = folder.report();
            if (earlier.isPresent()) {
                return new Ended(earlier.get(), folder.path(), true);
            }
            try (Interruption interruption = Interruption.watch();
                    UsageClock usage = UsageClock.start(folder);
                    OpenLog open = OpenLog.forRun(config)) {
                EventLog log = open.log();
                progress.say("Run " + config.run() + " in " + folder.path() + ", broker "
                        + log.address().bootstrapServers() + ", schema registry "
                        + log.address().registryUrl());
                Roles roles = new Roles(resolved, log);
                Preparation preparation = new Preparation(resolved, log, progress);
                Path start = prepare(preparation, folder, roles, interruption);
                follow(log, roles, start, preparation.trainPrompts(), interruption, usage);
                evaluateWhatIsMissing(log, roles, interruption);
                return new Ended(report(log, folder, usage), folder.path(), false);
            }
        }
    }

    /** Everything up to the first assignment; what is done already is left as it is. */
    private Path prepare(Preparation preparation, RunFolder folder, Roles roles, Interruption interruption) {
        preparation.createTopics();
        folder.refused(preparation.publish());
        refuseIfInterrupted(interruption);
        try (EvaluationRole evaluation = roles.evaluation();
                PolicyFolder model = PolicyFolder.open(ModelFolder.of(config))) {
            interruption.stopsBy(evaluation::close);
            evaluateNow(evaluation, Roles.BEFORE_TRAINING, Reporting.BEFORE_TRAINING, model);
        }
        refuseIfInterrupted(interruption);
        Path start = preparation.warmUp(interruption::stopsBy).orElseThrow(() -> interrupted());
        refuseIfInterrupted(interruption);
        preparation.startCurriculum();
        return start;
    }

    private void evaluateNow(EvaluationRole evaluation, String label, long version, PolicyFolder model) {
        AtomicBoolean begun = new AtomicBoolean();
        evaluation.evaluateNow(label, version, model, (answered, questions) -> {
            if (!begun.getAndSet(true)) {
                progress.begin("held-out questions, " + label, questions);
            }
            progress.at(answered, "");
        });
    }

    private void follow(
            EventLog log, Roles roles, Path start, long trainPrompts, Interruption interruption, UsageClock usage)
            throws InterruptedException {
        Role trainer = roles.trainer(start);
        Role evaluation = roles.evaluation();
        List<Role> all = new ArrayList<>(List.of(roles.curriculum()));
        for (int worker = 0; worker < config.rollouts().workers(); worker++) {
            all.add(roles.rollouts("worker-" + worker));
        }
        all.addAll(List.of(roles.scoring(), roles.grouping(), roles.batching(), trainer, evaluation));
        interruption.stopsBy(() -> {});
        try (RunWatch watch = new RunWatch(log, config, progress, usage, trainPrompts)) {
            all.forEach(Role::start);
            while (!watch.over(trainer, evaluation)) {
                refuseIfInterrupted(interruption);
                refuseIfFailed(all);
                watch.look(trainer);
            }
        } finally {
            progress.close();
            close(all);
        }
    }

    private static void refuseIfFailed(List<Role> roles) {
        for (Role role : roles) {
            role.failure().ifPresent(cause -> {
                throw new CommandException(
                        ExitCode.FAILED, "The role " + role.name() + " stopped: " + cause.getMessage(), cause);
            });
        }
    }

    private static void close(List<Role> roles) {
        for (Role role : roles) {
            try {
                role.close();
            } catch (RuntimeException e) { // the others must stop all the same
                LOG.warn("{} did not stop cleanly", role.name(), e);
            }
        }
    }

    /** Phases that were closed early end at a version nobody planned for, and a stopped run too. */
    private void evaluateWhatIsMissing(EventLog log, Roles roles, Interruption interruption) {
        Records records = read(log);
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
            if (!evaluated.contains(version) && weights != null) {
                Path folder = Path.of(URI.create(weights.getUri()));
                if (Files.isDirectory(folder)) {
                    try (EvaluationRole evaluation = roles.evaluation();
                            PolicyFolder model = PolicyFolder.open(folder)) {
                        interruption.stopsBy(evaluation::close);
                        evaluateNow(evaluation, "version " + version, version, model);
                    }
                    refuseIfInterrupted(interruption);
                }
            }
        }
    }

    private RunReport report(EventLog log, RunFolder folder, UsageClock usage) {
        Records records = read(log);
        Ledger ledger = LogAudit.of(log);
        Usage used = usage.now();
        long lastVersion =
                records.steps.stream().mapToLong(Step::getVersion).max().orElse(0);
        RunReport report = Reporting.report(
                new Reporting.Facts(
                        config.run(),
                        config.seed(),
                        records.lastVersion(),
                        phaseEnds(records),
                        used.wallSeconds(),
                        used.peakMemoryBytes(),
                        resolved.digest(),
                        records.model),
                records.steps,
                records.evaluations,
                ledger);
        folder.write(
                report,
                Curves.svg("Run " + config.run() + ", seed " + config.seed(), records.steps, records.evaluations));
        return report;
    }

    /** Phase index to the version it ends with: as planned, or where somebody ended it. */
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

    /** What a report is made of. */
    private static final class Records {
        final List<Step> steps = new ArrayList<>();
        final List<Evaluation> evaluations = new ArrayList<>();
        String model = "";
        boolean advanced;

        /** 0 before the first step. */
        long lastVersion() {
            return steps.stream().mapToLong(Step::getVersion).max().orElse(0);
        }
    }

    private static Records read(EventLog log) {
        Records records = new Records();
        Topics topics = log.topics();
        TopicReader.readAll(log, topics.steps(), record -> records.steps.add(record.value()));
        TopicReader.readAll(log, topics.evaluations(), record -> records.evaluations.add(record.value()));
        TopicReader.readAll(
                log,
                topics.control(),
                record -> records.advanced |= record.value().getCommand() == ControlCommand.ADVANCE);
        TopicReader.readAll(
                log,
                topics.weights(),
                record -> records.model =
                        Path.of(URI.create(record.value().getUri())).toString());
        return records;
    }

    private static void refuseIfInterrupted(Interruption interruption) {
        if (interruption.requested()) {
            throw interrupted();
        }
    }

    private static CommandException interrupted() {
        return new CommandException(
                ExitCode.INTERRUPTED, "Interrupted; everything so far is kept, and the same command goes on from here");
    }
}
