package dev.longstream.dashboard.follow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.record.Assignment;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.RetrospectiveDraw;
import dev.longstream.record.Step;
import dev.longstream.runs.config.PhaseSection;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;

/** Decisions of the curriculum: commands, draws of prompts with their reasons, and counts by phase. Not thread-safe. */
final class CurriculumLog {
    private static final int DRAWS = 200;

    private final List<PhaseSection> configured;
    private final TreeMap<Integer, PhaseCounts> phases = new TreeMap<>();
    private final Deque<ObjectNode> draws = new ArrayDeque<>();
    private final List<Control> commands = new ArrayList<>();
    private boolean started;
    private boolean paused;
    private boolean stopped;

    private static final class PhaseCounts {
        private String name = "";
        private long assigned;
        private long retrospective;
        private long promptTokens;
        private long trainable;
        private long uniform;
        private long incomplete;
        private long steps;
        private double rewards;
        private long rewarded;
    }

    /**
     * Creates the log of a curriculum without records.
     *
     * @param configured phases of the run's configuration; empty if it is not known
     */
    CurriculumLog(List<PhaseSection> configured) {
        this.configured = List.copyOf(configured);
    }

    private PhaseCounts phase(int index, String name) {
        PhaseCounts counts = phases.computeIfAbsent(index, key -> new PhaseCounts());
        counts.name = name;
        return counts;
    }

    void add(Assignment assignment) {
        PhaseCounts phase = phase(assignment.getPhaseIndex(), assignment.getPhase());
        phase.assigned++;
        phase.promptTokens += assignment.getQuestion().getInputTokens();
        RetrospectiveDraw draw = assignment.getRetrospective();
        phase.retrospective += draw == null ? 0 : 1;
        draws.addFirst(draw(assignment, draw));
        if (draws.size() > DRAWS) {
            draws.removeLast();
        }
    }

    private static ObjectNode draw(Assignment assignment, @Nullable RetrospectiveDraw draw) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("group", assignment.getGroupId())
                .put("ordinal", assignment.getOrdinal())
                .put("prompt", assignment.getQuestion().getPromptId())
                .put("task", assignment.getQuestion().getTask())
                .put("phase", assignment.getPhase())
                .put("inputTokens", assignment.getQuestion().getInputTokens())
                .put("admittedVersion", assignment.getAdmittedVersion())
                .put("admittedAt", assignment.getAdmittedAt().toEpochMilli());
        if (draw != null) {
            json.putObject("retrospective")
                    .put("meanReward", draw.getMeanReward())
                    .put("probability", draw.getProbability())
                    .put("pool", draw.getPool());
        }
        return json;
    }

    void add(Group group) {
        PhaseCounts phase = phase(group.getPhaseIndex(), group.getPhase());
        if (group.getVerdict() == GroupVerdict.TRAINABLE) {
            phase.trainable++;
        } else if (group.getVerdict() == GroupVerdict.UNIFORM_REWARD) {
            phase.uniform++;
        } else {
            phase.incomplete++;
        }
        Double reward = group.getMeanReward();
        if (reward != null) {
            phase.rewards += reward;
            phase.rewarded++;
        }
    }

    void add(Step step) {
        phase(step.getPhaseIndex(), step.getPhase()).steps++;
    }

    void add(Control command) {
        if (command.getPruned() != null) {
            commands.removeIf(earlier -> earlier.getPruned() != null); // the newest one sums up the others
        }
        commands.add(command);
        if (command.getCommand() == ControlCommand.PAUSE || command.getCommand() == ControlCommand.RESUME) {
            paused = command.getCommand() == ControlCommand.PAUSE;
        }
        started |= command.getCommand() == ControlCommand.START;
        stopped |= command.getCommand() == ControlCommand.STOP;
    }

    /** Returns whether the run is prepared, so that prompts may be assigned. */
    boolean isStarted() {
        return started;
    }

    /** Returns whether the newest command to pause or resume is to pause. */
    boolean isPaused() {
        return paused;
    }

    /** Returns whether the run was told to stop. */
    boolean isStopped() {
        return stopped;
    }

    /** Returns phases, newest draws first, and commands in the order of the log. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("phases", phases());
        ArrayNode drawn = json.putArray("draws");
        draws.forEach(drawn::add);
        ArrayNode said = json.putArray("commands");
        commands.forEach(command -> said.addObject()
                .put("command", command.getCommand().name())
                .put("who", command.getWho())
                .put("why", command.getWhy())
                .put("at", command.getAt().toEpochMilli())
                .put("phase", command.getPhase()));
        return json;
    }

    private ArrayNode phases() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        int known = Math.max(configured.size(), phases.isEmpty() ? 0 : phases.lastKey() + 1);
        for (int index = 0; index < known; index++) {
            PhaseCounts counts = phases.getOrDefault(index, new PhaseCounts());
            ObjectNode phase = list.addObject()
                    .put("index", index)
                    .put("name", counts.name)
                    .put("assigned", counts.assigned)
                    .put("retrospective", counts.retrospective)
                    .put("promptTokens", counts.promptTokens)
                    .put("trainable", counts.trainable)
                    .put("uniform", counts.uniform)
                    .put("incomplete", counts.incomplete)
                    .put("steps", counts.steps);
            if (counts.rewarded > 0) {
                phase.put("meanReward", counts.rewards / counts.rewarded);
            }
            if (index < configured.size()) {
                PhaseSection section = configured.get(index);
                phase.put("name", section.name())
                        .put("moreThan", section.longerThan())
                        .put("upTo", section.upTo())
                        .put("plannedSteps", section.steps());
            }
        }
        return list;
    }
}
