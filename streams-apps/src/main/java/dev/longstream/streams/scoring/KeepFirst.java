package dev.longstream.streams.scoring;

import dev.longstream.record.Trajectory;
import dev.longstream.streams.topology.Checked;
import dev.longstream.streams.topology.Counter;
import dev.longstream.streams.topology.FinishedGroups;
import dev.longstream.streams.topology.Located;
import dev.longstream.streams.topology.StoreFormat;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.LongSupplier;

/** Forwards the first trajectory of each (group, sample) only; generation is at-least-once, so there may be more. */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
final class KeepFirst extends ContextualProcessor<String, Located<Trajectory>, String, Checked<Located<Trajectory>>> {
    /** Store of first trajectories: "group id#sample index" to offset; without groups before the point of retention. */
    static final String SEEN = "seen-samples";

    private static final String SEPARATOR = "#";

    private static final int FORMAT = 1;
    private static final Logger LOG = LoggerFactory.getLogger(KeepFirst.class);

    private final LongSupplier finished;
    private KeyValueStore<String, Long> seen;
    private FinishedGroups<Long> finishedGroups;
    private StoreFormat format;
    private Counter duplicates;

    /** Creates the step; {@code finished} returns the ordinal up to which every group is finished. */
    KeepFirst(LongSupplier finished) {
        this.finished = finished;
    }

    @Override
    public void init(ProcessorContext<String, Checked<Located<Trajectory>>> context) {
        super.init(context);
        seen = context.getStateStore(SEEN);
        finishedGroups = new FinishedGroups<>(
                context,
                finished,
                seen,
                key -> key.substring(0, Math.max(0, key.lastIndexOf(SEPARATOR)))); // the version has no group
        format = StoreFormat.check(ScoringTopology.STAGE, seen, FORMAT);
        duplicates = new Counter(context, "duplicates");
    }

    @Override
    public void process(Record<String, Located<Trajectory>> record) {
        format.mark();
        Located<Trajectory> located = record.value();
        Trajectory trajectory = located.value();
        int sample = trajectory.getSampleIndex();
        if (sample < 0 || sample >= trajectory.getGroupSize()) {
            context()
                    .forward(record.withValue(Checked.refuse(located.refusal("sample-index is " + sample
                            + ", expected 0 to " + (trajectory.getGroupSize() - 1) + " in a group of "
                            + trajectory.getGroupSize()))));
            return;
        }
        if (finishedGroups.include(trajectory.getOrdinal())) {
            duplicates.add();
            LOG.info("Sample {} of group {} came after its group was finished", sample, trajectory.getGroupId());
            return;
        }
        Long first = seen.putIfAbsent(trajectory.getGroupId() + SEPARATOR + sample, located.offset());
        if (first == null) {
            context().forward(record.withValue(Checked.accept(located)));
        } else {
            duplicates.add();
            LOG.info(
                    "Sample {} of group {} came again at {}-{} offset {} (attempt {}); the one at offset {} counts",
                    sample,
                    trajectory.getGroupId(),
                    located.topic(),
                    located.partition(),
                    located.offset(),
                    trajectory.getAttempt(),
                    first);
        }
    }
}
