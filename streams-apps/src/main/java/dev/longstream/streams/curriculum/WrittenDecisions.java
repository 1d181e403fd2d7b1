package dev.longstream.streams.curriculum;

import dev.longstream.log.EventLog;
import dev.longstream.record.Assignment;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.PromotedReward;
import dev.longstream.streams.topology.WrittenRecords;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Decisions that the curriculum has written so far. After a loss of its state it must count them instead of deciding again,
 * because rollout workers already answer these assignments.
 *
 * @param assignments records of {@code assignments}
 * @param commands records of {@code control}
 */
public record WrittenDecisions(WrittenRecords<Assignment> assignments, WrittenRecords<Control> commands) {
    /** Returns the decisions on a run's log. */
    public static WrittenDecisions on(EventLog log) {
        return new WrittenDecisions(
                WrittenRecords.to(log, log.topics().assignments()),
                WrittenRecords.to(log, log.topics().control()));
    }

    /**
     * Returns the phases of the assignments that the store lacks, by ordinal. Usually it lacks none, and one record is read.
     *
     * @param from number of assignments that the store knows
     */
    Map<Long, Integer> assignedFrom(long from) {
        Map<Long, Integer> phases = new TreeMap<>();
        long newest = assignments.newest(0).map(Assignment::getOrdinal).orElse(-1L);
        if (newest >= from) {
            assignments.each(0, assignment -> {
                if (assignment.getOrdinal() >= from) {
                    phases.put(assignment.getOrdinal(), assignment.getPhaseIndex());
                }
            });
        }
        return phases;
    }

    /**
     * Returns the promoted rewards of assignments by phase; null for a phase that the run's own reward scores.
     *
     * @param ordinals ordinals of the assignments
     */
    Map<Integer, @Nullable PromotedReward> rewardsOf(Set<Long> ordinals) {
        Map<Integer, @Nullable PromotedReward> rewards = new HashMap<>();
        if (!ordinals.isEmpty()) {
            assignments.each(0, assignment -> {
                if (ordinals.contains(assignment.getOrdinal())) {
                    rewards.put(assignment.getPhaseIndex(), assignment.getPromoted());
                }
            });
        }
        return rewards;
    }

    /** Returns whether the log says that the run has ended. */
    boolean ended() {
        AtomicBoolean ended = new AtomicBoolean();
        commands.each(0, command -> {
            if (command.getCommand() == ControlCommand.ENDED) {
                ended.set(true);
            }
        });
        return ended.get();
    }

    /** Returns the names of the phases about which the curriculum itself has written one of these commands. */
    Set<String> phasesOf(Set<ControlCommand> wanted) {
        Set<String> phases = new HashSet<>();
        commands.each(0, command -> {
            if (wanted.contains(command.getCommand())
                    && command.getWho().equals(CurriculumTopology.STAGE)
                    && command.getPhase() != null) {
                phases.add(command.getPhase());
            }
        });
        return phases;
    }
}
