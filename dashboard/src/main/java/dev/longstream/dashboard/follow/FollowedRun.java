package dev.longstream.dashboard.follow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.log.TopicReader.TopicRecord;
import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.Control;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Group;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Step;
import dev.longstream.runs.audit.Pruning;
import dev.longstream.runs.report.Dynamics;
import dev.longstream.runs.watch.PipelineState;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Figures of a run from the records read so far. All methods are synchronized: one thread adds records
 * while others read figures.
 */
public final class FollowedRun {
    /** Steps whose pace and mean reward the summary shows. */
    private static final int RECENT = 10;
    /** Time without a record after which a run counts as idle. */
    private static final long IDLE_MILLIS = 60_000;

    private final RunFacts facts;
    private final LearningCurves curves;
    private final Distributions distributions = new Distributions();
    private final CurriculumLog curriculum;
    private final PipelineFigures pipeline;
    private long revision;
    private long deadLetters;

    /**
     * Creates the figures of a run without records.
     *
     * @param pruning what was removed from the start of the log
     */
    FollowedRun(RunFacts facts, Pruning pruning) {
        this.facts = facts;
        this.curves = new LearningCurves(facts.name());
        this.curriculum = new CurriculumLog(facts.isOwn() ? facts.config().scheduledPhases() : List.of());
        this.pipeline = new PipelineFigures(new PipelineState(facts.config().batchSize(), pruning));
    }

    synchronized void control(TopicRecord<Control> record) {
        revision++;
        curriculum.add(record.value());
    }

    synchronized void assignment(TopicRecord<Assignment> record) {
        revision++;
        curriculum.add(record.value());
        pipeline.assigned(record);
    }

    synchronized void scored(TopicRecord<ScoredTrajectory> record) {
        pipeline.scored(record);
    }

    synchronized void group(TopicRecord<Group> record) {
        revision++;
        Group group = record.value();
        curves.add(group);
        distributions.add(group);
        curriculum.add(group);
        pipeline.grouped(record);
    }

    synchronized void batch(TopicRecord<Batch> record) {
        revision++;
        distributions.add(record.value());
        pipeline.batched(record);
    }

    synchronized void step(TopicRecord<Step> record) {
        revision++;
        curves.add(record.value());
        curriculum.add(record.value());
        pipeline.trained(record);
    }

    synchronized void evaluation(TopicRecord<Evaluation> record) {
        revision++;
        curves.add(record.value());
        pipeline.evaluated(record);
    }

    synchronized void deadLetter(TopicRecord<DeadLetter> record) {
        deadLetters += record.value().getResolves() == null ? 1 : 0;
    }

    synchronized void lags(Map<String, Long> lags) {
        pipeline.lags(lags);
    }

    /** Returns the number of records that have changed a figure. */
    public synchronized long revision() {
        return revision;
    }

    /** Returns the state of the run at a time in milliseconds since 1970. */
    public synchronized ObjectNode summary(long now) {
        long total = facts.isOwn() ? facts.config().totalSteps() : 0;
        List<Step> recent = curves.last(RECENT);
        long version = curves.newest().map(Step::getVersion).orElse(0L);
        long last = pipeline.lastMillis();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("run", facts.name())
                .put("state", state(version, total, now))
                .put("version", version)
                .put("totalSteps", total)
                .put("maxStaleness", facts.isOwn() ? (Integer) facts.config().maxStaleness() : null)
                .put("lastRecordAt", last)
                .put("deadLetters", deadLetters)
                .put("revision", revision);
        curves.newest()
                .ifPresent(step -> json.put("phase", step.getPhase()).put("configDigest", step.getConfigDigest()));
        curves.newestEvaluation().ifPresent(newest -> json.putObject("heldOut")
                .put("reward", newest.getReward())
                .put("standardError", newest.getStandardError())
                .put("version", newest.getVersion())
                .put("label", newest.getLabel()));
        if (!recent.isEmpty()) {
            json.put("reward", mean(recent, Step::getReward))
                    .put("responseLength", mean(recent, Step::getResponseLength))
                    .put("staleness", mean(recent, Step::getStalenessMean));
        }
        if (recent.size() > 1) {
            double millis = recent.get(recent.size() - 1).getFinishedAt().toEpochMilli()
                    - recent.get(0).getFinishedAt().toEpochMilli();
            json.put("secondsPerStep", millis / 1e3 / (recent.size() - 1));
        }
        json.set("pipeline", pipeline.json(now));
        return json;
    }

    private static double mean(List<Step> steps, ToDoubleFunction<Step> figure) {
        return steps.stream().mapToDouble(figure).average().orElse(0);
    }

    private String state(long version, long total, long now) {
        if ((total > 0 && version >= total) || (curriculum.isStopped() && pipeline.isDrained())) {
            return "finished";
        }
        if (!curriculum.isStarted()) {
            return "preparing";
        }
        if (curriculum.isPaused()) {
            return "paused";
        }
        return now - pipeline.lastMillis() > IDLE_MILLIS ? "idle" : "running";
    }

    /**
     * Returns the curves of the run.
     *
     * @param by division into curves
     * @param after version after which the columns of the steps begin
     */
    public synchronized ObjectNode curves(Dynamics.By by, long after) {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("run", facts.name()).put("revision", revision);
        json.set("steps", curves.columns(after));
        json.set("parts", curves.parts(by));
        json.set("evaluations", curves.evaluations());
        return json;
    }

    /** Returns the distributions of the answers to the versions {@code from} to {@code to}, both inclusive. */
    public synchronized ObjectNode distributions(long from, long to) {
        return distributions.json(from, to);
    }

    /** Returns phases, draws and commands. */
    public synchronized ObjectNode curriculum() {
        return curriculum.json();
    }
}
