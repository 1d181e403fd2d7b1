package dev.longstream.cli.train;

import dev.longstream.log.EventLog;
import dev.longstream.log.RecordFetcher;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.Outcome;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import org.apache.avro.specific.SpecificRecord;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * Answers that gradient steps were made of, drawn from the log alone: of the first step and each n-th after it, so many. The same run,
 * seed and options give the same answers; more of a step begin with the same ones.
 */
final class BehaviourSample {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final EventLog log;
    private final long seed;
    private final int every;
    private final int sample;

    /**
     * @param every n
     * @param sample answers of a step, or all of them where it has fewer
     */
    BehaviourSample(EventLog log, long seed, int every, int sample) {
        this.log = log;
        this.seed = seed;
        this.every = every;
        this.sample = sample;
    }

    /** An answer, and the step it was trained on in. */
    record Drawn(Step step, Trajectory trajectory) {}

    List<Drawn> draw() {
        Map<Step, List<RecordRef>> references = new LinkedHashMap<>();
        for (Step step : steps()) {
            references.put(step, members(step));
        }
        Map<RecordRef, Trajectory> trajectories = fetch(
                log.topics().trajectories(),
                references.values().stream().flatMap(List::stream).toList());
        List<Drawn> drawn = new ArrayList<>();
        references.forEach((step, own) -> own.forEach(
                reference -> drawn.add(new Drawn(step, Objects.requireNonNull(trajectories.get(reference))))));
        return drawn;
    }

    private Collection<Step> steps() {
        Map<Long, Step> steps = new TreeMap<>();
        TopicReader.readAll(log, log.topics().steps(), record -> {
            if ((record.value().getVersion() - 1) % every == 0) {
                steps.put(record.value().getVersion(), record.value());
            }
        });
        return steps.values();
    }

    private List<RecordRef> members(Step step) {
        Batch batch = Objects.requireNonNull(
                fetch(log.topics().batches(), List.of(step.getBatchRecord())).get(step.getBatchRecord()));
        List<RecordRef> groups =
                batch.getGroups().stream().map(BatchGroup::getGroup).toList();
        Map<RecordRef, Group> found = fetch(log.topics().groups(), groups);
        List<RecordRef> members = new ArrayList<>();
        for (RecordRef group : groups) {
            Objects.requireNonNull(found.get(group)).getMembers().stream()
                    .filter(BehaviourSample::answered)
                    .map(GroupMember::getTrajectory)
                    .forEach(members::add);
        }
        Collections.shuffle(members, new Random(Objects.hash(seed, step.getVersion())));
        return members.subList(0, Math.min(sample, members.size()));
    }

    private static boolean answered(GroupMember member) {
        return member.getOutcome() == Outcome.COMPLETED || member.getOutcome() == Outcome.TRUNCATED;
    }

    private <V extends SpecificRecord> Map<RecordRef, V> fetch(Topic<V> topic, Collection<RecordRef> references) {
        try (RecordFetcher<V> fetcher = new RecordFetcher<>(log, topic, PATIENCE)) {
            return fetcher.fetch(references);
        }
    }
}
