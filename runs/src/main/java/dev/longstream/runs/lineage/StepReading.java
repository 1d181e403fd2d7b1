package dev.longstream.runs.lineage;

import dev.longstream.log.Topics;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads steps with their batches, and policy versions, from the log of one run. */
final class StepReading {
    private final RunGeneration run;
    private final Topics topics;

    StepReading(RunGeneration run) {
        this.run = run;
        this.topics = run.topics();
    }

    /** Returns the step that made a version; empty if this run made none. */
    Optional<FoundRecord<Step>> step(long version) {
        return run.search().numbered(topics.steps(), Step::getVersion, version);
    }

    /** Returns the newest version that a step of this run made, or the version that the run begins with. */
    long newest() {
        return run.search()
                .lastAtMost(topics.steps(), Step::getVersion, Long.MAX_VALUE)
                .map(step -> step.value().getVersion())
                .orElse(run.firstVersion());
    }

    /** Describes a step with its batch, its groups and the versions before and after it. */
    TracedStep describe(FoundRecord<Step> step) {
        long version = step.value().getVersion();
        List<String> missing = new ArrayList<>();
        TracedBatch batch = batch(step.value().getBatchRecord(), missing);
        if (batch == null) {
            missing.add("batch " + step.value().getBatch() + ": " + run.removal());
        }
        return new TracedStep(
                run.run(),
                version,
                version(version - 1),
                version(version),
                TracedUpdate.of(topics.steps(), step),
                batch,
                List.copyOf(missing));
    }

    /** Describes a step as the origin of its version. */
    VersionLineage.MakingStep making(FoundRecord<Step> step) {
        return new VersionLineage.MakingStep(run.run(), step.value().getBatch(), TracedUpdate.of(topics.steps(), step));
    }

    private @Nullable TracedBatch batch(RecordRef place, List<String> missing) {
        FoundRecord<Batch> found =
                run.search().fetch(topics.batches(), List.of(place)).get(place);
        if (found == null) {
            return null;
        }
        Batch batch = found.value();
        Map<RecordRef, FoundRecord<Group>> records = run.search()
                .fetch(
                        topics.groups(),
                        batch.getGroups().stream().map(BatchGroup::getGroup).toList());
        List<TracedGroup> groups = new ArrayList<>();
        for (BatchGroup entry : batch.getGroups()) {
            FoundRecord<Group> group = records.get(entry.getGroup());
            if (group == null) {
                missing.add("group " + entry.getGroupId() + ": " + run.removal());
            } else {
                groups.add(TracedGroup.of(topics.groups(), topics.trajectories(), group, entry));
            }
        }
        return new TracedBatch(
                batch.getBatch(),
                TracedPlace.of(topics.batches(), place),
                batch.getPhase(),
                batch.getCompletionTokens(),
                batch.getGroups().stream().map(BatchGroup::getGroupId).toList(),
                List.copyOf(groups));
    }

    /** Describes a version, with its address if its announcement is on the log. */
    TracedVersion version(long version) {
        return run.search()
                .numbered(topics.weights(), Weights::getVersion, version)
                .map(found -> TracedVersion.of(run.run(), topics.weights(), found))
                .orElseGet(() -> TracedVersion.unknown(run.run(), version));
    }
}
