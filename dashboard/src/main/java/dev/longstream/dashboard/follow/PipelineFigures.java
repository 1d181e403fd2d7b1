package dev.longstream.dashboard.follow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.log.TopicReader.TopicRecord;
import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Step;
import dev.longstream.runs.watch.PipelineState;

import java.util.Map;

/**
 * Counts and rates of the stages of a run, and the stage that is due. Trajectories are not read: an answer counts as sampled once it
 * is scored, and those that scoring has not read yet are its lag. Not thread-safe.
 */
final class PipelineFigures {
    private final PipelineState state;
    private final RateMeter assigned = new RateMeter();
    private final RateMeter scored = new RateMeter();
    private final RateMeter trainable = new RateMeter();
    private final RateMeter rejected = new RateMeter();
    private final RateMeter batched = new RateMeter();
    private final RateMeter trained = new RateMeter();
    private final RateMeter evaluated = new RateMeter();
    private long batchedGroups;
    private Map<String, Long> lags = Map.of();

    /**
     * Creates the figures of a run without records.
     *
     * @param state finds the stage that is due
     */
    PipelineFigures(PipelineState state) {
        this.state = state;
    }

    void assigned(TopicRecord<Assignment> record) {
        assigned.add(record.timestamp());
        state.assigned(record.value(), record.offset());
    }

    void scored(TopicRecord<ScoredTrajectory> record) {
        scored.add(record.timestamp());
        state.sampled(record.key(), record.value().getSampleIndex());
        state.scored(record.key(), record.value().getSampleIndex());
    }

    void grouped(TopicRecord<Group> record) {
        boolean isTrainable = record.value().getVerdict() == GroupVerdict.TRAINABLE;
        (isTrainable ? trainable : rejected).add(record.timestamp());
        state.grouped(record.key(), isTrainable);
    }

    void batched(TopicRecord<Batch> record) {
        batched.add(record.timestamp());
        batchedGroups += record.value().getGroups().size();
        state.batch(
                record.value().getBatch(),
                record.value().getGroups().stream().map(BatchGroup::getGroupId).toList());
    }

    void trained(TopicRecord<Step> record) {
        trained.add(record.timestamp());
        state.step(record.value().getVersion());
    }

    void evaluated(TopicRecord<Evaluation> record) {
        evaluated.add(record.timestamp());
    }

    /** Replaces the lags of the stages, in offsets by stage. */
    void lags(Map<String, Long> newest) {
        lags = Map.copyOf(newest);
    }

    /** Returns the time of the newest record in milliseconds since 1970; 0 without one. */
    long lastMillis() {
        long last = 0;
        for (RateMeter meter : new RateMeter[] {assigned, scored, trainable, rejected, batched, trained, evaluated}) {
            last = Math.max(last, meter.lastMillis());
        }
        return last;
    }

    /** Returns whether every assigned group is trained or rejected, except for a rest smaller than a batch. */
    boolean isDrained() {
        return state.drained();
    }

    /** Returns the stages in the order of the data flow, and what the run waits for at a time in milliseconds since 1970. */
    ObjectNode json(long now) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        long unread = lags.getOrDefault("scoring", 0L);
        String due = state.describe();
        json.put(
                "due",
                unread > 0 && due.startsWith("rollouts")
                        ? "scoring: " + unread + " offsets of trajectories are unread; " + due
                        : due);
        ArrayNode stages = json.putArray("stages");
        stage(stages, "curriculum", "groups assigned", now, assigned);
        stage(stages, "rollouts", "answers sampled", now, scored).put("count", scored.count() + unread);
        stage(stages, "scoring", "answers scored", now, scored).put("lag", lags.get("scoring"));
        stage(stages, "grouping", "groups closed", now, trainable, rejected)
                .put("lag", lags.get("grouping"))
                .put("rejected", rejected.count());
        stage(stages, "batching", "batches filled", now, batched)
                .put("lag", lags.get("batching"))
                .put("waiting", trainable.count() - batchedGroups);
        stage(stages, "trainer", "gradient steps", now, trained).put("waiting", batched.count() - trained.count());
        stage(stages, "evaluation", "evaluations", now, evaluated);
        return json;
    }

    private static ObjectNode stage(ArrayNode stages, String name, String unit, long now, RateMeter... meters) {
        long count = 0;
        long minute = 0;
        long last = 0;
        for (RateMeter meter : meters) {
            count += meter.count();
            minute += meter.inMinuteBefore(now);
            last = Math.max(last, meter.lastMillis());
        }
        return stages.addObject()
                .put("name", name)
                .put("unit", unit)
                .put("count", count)
                .put("perMinute", minute)
                .put("lastAt", last);
    }
}
