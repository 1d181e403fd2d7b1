package dev.longstream.runs.shadows;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Control;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.PromotedReward;
import dev.longstream.record.ScoredTrajectory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Follows the scores of a run and of a shadow, to tell how far the shadow is. It holds a number for each answer. Answers that
 * were pruned do not count: a shadow that was slower never sees them. Neither do answers that the run itself scores by the
 * shadow's reward, since its promotion: the shadow leaves them alone.
 */
public final class ShadowFollower implements AutoCloseable {
    private static final int SAMPLE_BITS = 16;

    private final String shadow;
    private final Consumer<ScoredTrajectory> read;
    private final TopicReader<Control> control;
    private final TopicReader<ScoredTrajectory> ofRun;
    private final TopicReader<ScoredTrajectory> ofShadow;
    private final TopicReader<DeadLetter> letters;
    /** Answers as numbers: the group's ordinal, then the sample in the low bits. A stage that lost its state scores some again. */
    private final Set<Long> byRun = new HashSet<>();

    private final Set<Long> byShadow = new HashSet<>();
    private long pruned = -1;
    private long withoutReward;
    private long refused;

    /**
     * Opens the scores.
     *
     * @param log log of the run
     * @param shadow name of the shadow
     * @throws dev.longstream.log.LogException if the shadow has no topics
     */
    public ShadowFollower(EventLog log, String shadow) {
        this(log, shadow, score -> {});
    }

    /**
     * Opens the scores, and tells of those of the run.
     *
     * @param read receives each score of the run that is not the shadow's own
     */
    public ShadowFollower(EventLog log, String shadow, Consumer<ScoredTrajectory> read) {
        this.shadow = shadow;
        this.read = read;
        EventLog own = log.ofShadow(shadow);
        List<TopicReader<?>> open = new ArrayList<>();
        try {
            this.ofShadow = opened(open, new TopicReader<>(own, own.topics().scored()));
            this.letters = opened(open, new TopicReader<>(own, own.topics().deadLetters()));
            this.ofRun = opened(open, new TopicReader<>(log, log.topics().scored()));
            this.control = opened(open, new TopicReader<>(log, log.topics().control()));
        } catch (RuntimeException e) {
            open.forEach(TopicReader::close);
            throw e;
        }
    }

    private static <T extends TopicReader<?>> T opened(List<TopicReader<?>> open, T reader) {
        open.add(reader);
        return reader;
    }

    /** Reads what is new on the log, and returns the state. */
    public ShadowState look() {
        control.readToEnd(record -> {
            if (record.value().getPruned() != null) {
                pruned = record.value().getPruned().getOrdinal();
            }
        });
        ofRun.readToEnd(record -> {
            PromotedReward promoted = record.value().getPromoted();
            if (promoted == null || !promoted.getShadow().equals(shadow)) {
                note(record.value(), byRun);
                read.accept(record.value());
            }
        });
        ofShadow.readToEnd(record -> {
            if (note(record.value(), byShadow)) {
                withoutReward += record.value().getReward() == null ? 1 : 0;
            }
        });
        letters.readToEnd(record -> refused += record.value().getResolves() == null ? 1 : 0);
        byRun.removeIf(this::isPruned);
        byShadow.removeIf(this::isPruned);
        long scored = byRun.stream().filter(byShadow::contains).count();
        return new ShadowState(shadow, byRun.size(), scored, withoutReward, refused);
    }

    /** Notes an answer; returns false if it was noted before. */
    private static boolean note(ScoredTrajectory score, Set<Long> answers) {
        return answers.add((score.getOrdinal() << SAMPLE_BITS) + score.getSampleIndex());
    }

    private boolean isPruned(long answer) {
        return answer >> SAMPLE_BITS <= pruned;
    }

    @Override
    public void close() {
        List.of(control, ofRun, ofShadow, letters).forEach(TopicReader::close);
    }
}
