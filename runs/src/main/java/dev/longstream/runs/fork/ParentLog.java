package dev.longstream.runs.fork;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.GroupIds;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Batch;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Difficulty;
import dev.longstream.record.ForkPoint;
import dev.longstream.record.Group;
import dev.longstream.record.PromotedReward;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.judges.Judges;
import dev.longstream.streams.scoring.PromptDifficulties;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads from a run's log how far its curriculum was when a step had been made. Batches are strictly in order of ordinals. */
final class ParentLog {
    private final EventLog log;
    private final long step;
    private final long end;
    private final @Nullable Control start;
    private final boolean advanced;

    /**
     * Reads the log.
     *
     * @param log log of the parent
     * @param step policy version at which the other run begins
     * @throws WrongUseException if the log has no batch that made this version
     */
    ParentLog(EventLog log, long step) {
        this.log = log;
        this.step = step;
        List<Control> commands = new ArrayList<>();
        TopicReader.readAll(log, log.topics().control(), record -> commands.add(record.value()));
        this.start = commands.stream()
                .filter(command -> command.getCommand() == ControlCommand.START)
                .findFirst()
                .orElse(null);
        this.advanced = commands.stream().anyMatch(command -> command.getCommand() == ControlCommand.ADVANCE);
        this.end = end();
    }

    /** Number of training prompts that the run was started with. */
    long prompts() {
        if (start == null || start.getPrompts() == null) {
            throw new WrongUseException("Run " + log.topics().run() + " has not been started: "
                    + log.topics().control().name() + " has no START");
        }
        return start.getPrompts();
    }

    /** Returns the ordinal after the last group that the version was trained on. */
    private long end() {
        ForkPoint own = start == null ? null : start.getFork();
        long begin = own == null ? 0 : own.getStep();
        if (step == begin) {
            return own == null ? 0 : GroupIds.firstOrdinal(own);
        }
        long[] after = {-1};
        TopicReader.readAll(log, log.topics().batches(), record -> {
            Batch batch = record.value();
            if (batch.getBatch() == step - 1) {
                batch.getGroups().forEach(group -> after[0] = Math.max(after[0], group.getOrdinal() + 1));
            }
        });
        if (after[0] < 0) {
            throw new WrongUseException(
                    "Version " + step + " of run " + log.topics().run() + " was trained on batch "
                            + (step - 1) + ", which " + log.topics().batches().name()
                            + " does not have; choose a step that the run has made");
        }
        return after[0];
    }

    /**
     * Returns the curriculum's progress at the step, for the phases of the new run.
     *
     * @param phases names of the new run's phases
     * @param ends gradient steps to the end of each phase, as the new run is configured
     * @param batchSize groups of a batch
     */
    ForkPoint point(List<String> phases, List<Long> ends, int batchSize, String weightsDigest) {
        Map<Integer, String> names = new TreeMap<>();
        Map<Integer, PromotedReward> promoted = new TreeMap<>();
        List<Long> assigned = counts(phases.size());
        List<Long> rejected = counts(phases.size());
        ForkPoint own = start == null ? null : start.getFork();
        if (own != null) {
            add(own.getAssigned(), assigned);
            add(own.getRejected(), rejected);
            for (int phase = 0; phase < own.getPromoted().size(); phase++) {
                put(promoted, phase, own.getPromoted().get(phase));
            }
        }
        TopicReader.readAll(log, log.topics().assignments(), record -> {
            if (record.value().getOrdinal() < end) {
                names.put(record.value().getPhaseIndex(), record.value().getPhase());
                count(record.value().getPhaseIndex(), assigned);
                put(promoted, record.value().getPhaseIndex(), record.value().getPromoted());
            }
        });
        names.forEach((index, name) -> {
            if (index >= phases.size() || !phases.get(index).equals(name)) {
                throw new WrongUseException("Run " + log.topics().run() + " has begun phase " + name
                        + ", its number " + (index + 1) + ", but the new run has the phases " + phases
                        + "; keep the phases that have begun");
            }
        });
        TopicReader.readAll(log, log.topics().rejectedGroups(), record -> {
            Group group = record.value();
            if (group.getOrdinal() < end) {
                count(group.getPhaseIndex(), rejected);
            }
        });
        return ForkPoint.newBuilder()
                .setRun(log.topics().run())
                .setStep(step)
                .setWeightsDigest(weightsDigest)
                .setAssigned(assigned)
                .setRejected(rejected)
                .setEnds(advanced ? endedEarly(ends, assigned, rejected, batchSize) : ends)
                .setPromoted(byPhase(promoted, phases.size()))
                .build();
    }

    private static void put(Map<Integer, PromotedReward> promoted, int phase, @Nullable PromotedReward reward) {
        if (reward != null) {
            promoted.put(phase, reward);
        }
    }

    private static List<@Nullable PromotedReward> byPhase(Map<Integer, PromotedReward> promoted, int phases) {
        List<@Nullable PromotedReward> rewards = new ArrayList<>();
        for (int phase = 0; phase < phases && !promoted.isEmpty(); phase++) {
            rewards.add(promoted.get(phase));
        }
        return rewards;
    }

    /** Lowers the ends of earlier phases that a command has ended before their time. */
    private static List<Long> endedEarly(List<Long> ends, List<Long> assigned, List<Long> rejected, int batchSize) {
        List<Long> lowered = new ArrayList<>(ends);
        int open = assigned.size() - 1;
        while (open > 0 && assigned.get(open) == 0) {
            open--;
        }
        long admitted = 0;
        for (int phase = 0; phase < open; phase++) {
            admitted += assigned.get(phase) - rejected.get(phase);
            lowered.set(phase, Math.min(ends.get(phase), (admitted + batchSize - 1) / batchSize));
        }
        return lowered;
    }

    /**
     * Returns the difficulties of prompts from the answers to assignments before the step, and those of passes by versions up to
     * the step.
     */
    Map<String, Difficulty> difficulties(ResolvedConfig parent) {
        PromptDifficulties own = new PromptDifficulties(Judges.rules(parent));
        TopicReader.readAll(log, log.topics().scored(), record -> {
            String group = record.value().getGroupId();
            if (Long.parseLong(group.substring(group.lastIndexOf('@') + 1)) < end) {
                own.add(record.value());
            }
        });
        Map<String, Difficulty> all = new TreeMap<>();
        TopicReader.readAll(log, log.topics().difficulty(), record -> {
            if (record.value().getScoredBy() != null && record.value().getLastVersion() <= step) {
                all.put(record.key(), record.value());
            }
        });
        own.list().forEach(difficulty -> all.put(difficulty.getPromptId(), difficulty));
        return all;
    }

    private static List<Long> counts(int phases) {
        List<Long> counts = new ArrayList<>();
        for (int phase = 0; phase < phases; phase++) {
            counts.add(0L);
        }
        return counts;
    }

    private static void add(List<Long> from, List<Long> to) {
        for (int phase = 0; phase < Math.min(from.size(), to.size()); phase++) {
            to.set(phase, to.get(phase) + from.get(phase));
        }
    }

    /** Counts one of a phase; phases that the new run lacks are refused later, by name. */
    private static void count(int phase, List<Long> counts) {
        if (phase < counts.size()) {
            counts.set(phase, counts.get(phase) + 1);
        }
    }
}
