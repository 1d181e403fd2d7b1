package dev.longstream.streams.grouping;

import dev.longstream.record.Group;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.topology.Checked;
import dev.longstream.streams.topology.Counter;
import dev.longstream.streams.topology.FinishedGroups;
import dev.longstream.streams.topology.Located;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** Collects the G scores of a group and emits the group once; a group that is on the log already is not emitted again. */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
final class CollectGroup extends ContextualProcessor<String, Located<ScoredTrajectory>, String, Checked<Group>> {
    /**
     * Store of open groups: group id to the scores so far, without components; an empty list once the group is
     * complete. Groups before the point of retention are forgotten.
     */
    static final String STORE = "open-groups";

    private static final Logger LOG = LoggerFactory.getLogger(CollectGroup.class);

    private final PhaseAdvantages config;
    private final String configDigest;
    private final LongSupplier finished;
    private final WrittenGroups written;
    private Set<String> writtenBefore = new HashSet<>();
    private FinishedGroups<List<ScoredTrajectory>> finishedGroups;
    private KeyValueStore<String, List<ScoredTrajectory>> groups;
    private Counter duplicates;

    /** Creates the step; {@code finished} returns the ordinal up to which every group is finished. */
    CollectGroup(PhaseAdvantages config, String configDigest, LongSupplier finished, WrittenGroups written) {
        this.config = config;
        this.finished = finished;
        this.configDigest = configDigest;
        this.written = written;
    }

    @Override
    public void init(ProcessorContext<String, Checked<Group>> context) {
        super.init(context);
        groups = context.getStateStore(STORE);
        finishedGroups = new FinishedGroups<>(context, finished, groups, id -> id);
        duplicates = new Counter(context, "duplicates");
        writtenBefore = written.unknownTo(context.taskId().partition(), this::isComplete);
    }

    private boolean isComplete(String groupId) {
        List<ScoredTrajectory> known = groups.get(groupId);
        return known != null && known.isEmpty();
    }

    @Override
    public void process(Record<String, Located<ScoredTrajectory>> record) {
        Located<ScoredTrajectory> located = record.value();
        ScoredTrajectory score = located.value();
        List<ScoredTrajectory> known = groups.get(score.getGroupId());
        List<ScoredTrajectory> before = known == null ? List.of() : known;
        boolean closed = finishedGroups.include(score.getOrdinal()) || (known != null && known.isEmpty());
        if (closed || contains(before, score)) {
            duplicates.add();
            LOG.info(
                    "Sample {} of group {} was scored again at {}-{} offset {}; the first score counts",
                    score.getSampleIndex(),
                    score.getGroupId(),
                    located.topic(),
                    located.partition(),
                    located.offset());
            return;
        }
        String problem = problem(score, before);
        if (problem != null) {
            context().forward(record.withValue(Checked.refuse(located.refusal(problem))));
            return;
        }
        List<ScoredTrajectory> after = new ArrayList<>(before);
        after.add(ScoredTrajectory.newBuilder(score).setComponents(List.of()).build());
        boolean complete = after.size() == score.getGroupSize();
        groups.put(score.getGroupId(), complete ? new ArrayList<>() : after);
        if (complete && !writtenBefore.remove(score.getGroupId())) {
            context()
                    .forward(record.withValue(
                            Checked.accept(CompleteGroup.of(after, config.of(score.getPhaseIndex()), configDigest))));
        }
    }

    private static boolean contains(List<ScoredTrajectory> scores, ScoredTrajectory score) {
        return scores.stream().anyMatch(other -> other.getSampleIndex() == score.getSampleIndex());
    }

    private static @Nullable String problem(ScoredTrajectory score, List<ScoredTrajectory> others) {
        int size = score.getGroupSize();
        if (score.getSampleIndex() < 0 || score.getSampleIndex() >= size) {
            return "sample-index is " + score.getSampleIndex() + ", expected 0 to " + (size - 1) + " in a group of "
                    + size;
        }
        if (others.isEmpty()) {
            return null;
        }
        ScoredTrajectory first = others.get(0);
        if (size != first.getGroupSize()) {
            return "group-size is " + size + ", expected " + first.getGroupSize() + " as in sample "
                    + first.getSampleIndex() + " of group " + first.getGroupId();
        }
        if (score.getOrdinal() != first.getOrdinal()) {
            return "ordinal is " + score.getOrdinal() + ", expected " + first.getOrdinal() + " as in sample "
                    + first.getSampleIndex() + " of group " + first.getGroupId();
        }
        return null;
    }
}
