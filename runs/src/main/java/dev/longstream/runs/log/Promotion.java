package dev.longstream.runs.log;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.PromotedReward;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A command that promoted a shadow, with what became of it.
 *
 * @param shadow name of the shadow
 * @param phase name of the first phase that its reward scores
 * @param who author of the command
 * @param why reason of the command
 * @param at time of the command, ISO 8601
 * @param effect whether the reward is in use
 * @param groups number of complete groups on the log that were scored by the reward
 */
public record Promotion(
        String shadow, String phase, String who, String why, String at, PromotionEffect effect, long groups) {

    /** Effect of a promotion. */
    public enum PromotionEffect {
        /** The phase has begun, and its groups are scored by the shadow's reward. */
        IN_USE,
        /** The phase has not begun. */
        WAITING,
        /** The phase had begun before, another promotion for it followed, or the configuration of a replay lacks the shadow. */
        NONE
    }

    /** Returns the promotions of a run in the order of their commands. */
    public static List<Promotion> of(EventLog log) {
        List<Control> commands = new ArrayList<>();
        TopicReader.readAll(log, log.topics().control(), record -> {
            if (record.value().getCommand() == ControlCommand.PROMOTE
                    && record.value().getPromoted() != null
                    && record.value().getPhase() != null) {
                commands.add(record.value());
            }
        });
        if (commands.isEmpty()) {
            return List.of();
        }
        Set<String> begun = new HashSet<>();
        Map<String, String> used = new HashMap<>();
        TopicReader.readAll(log, log.topics().assignments(), record -> {
            String phase = record.value().getPhase();
            PromotedReward reward = record.value().getPromoted();
            begun.add(phase);
            if (reward != null) {
                used.put(phase, reward.getShadow());
            }
        });
        Map<String, Long> groups = new HashMap<>();
        List.of(log.topics().groups(), log.topics().rejectedGroups())
                .forEach(topic -> TopicReader.readAll(log, topic, record -> {
                    PromotedReward reward = record.value().getPromoted();
                    if (reward == null) {
                        used.remove(record.value().getPhase()); // a replay whose configuration lacks the shadow
                    } else {
                        groups.merge(reward.getShadow(), 1L, Long::sum);
                    }
                }));
        Map<String, Control> newest = new HashMap<>();
        commands.forEach(command -> newest.put(command.getPhase(), command));
        return commands.stream()
                .map(command -> of(
                        command,
                        begun.contains(command.getPhase())
                                ? inUse(command, used)
                                : waiting(command.equals(newest.get(command.getPhase()))),
                        groups))
                .toList();
    }

    private static PromotionEffect inUse(Control command, Map<String, String> used) {
        return command.getPromoted().getShadow().equals(used.get(command.getPhase()))
                ? PromotionEffect.IN_USE
                : PromotionEffect.NONE;
    }

    private static PromotionEffect waiting(boolean newest) {
        return newest ? PromotionEffect.WAITING : PromotionEffect.NONE;
    }

    private static Promotion of(Control command, PromotionEffect effect, Map<String, Long> groups) {
        String shadow = command.getPromoted().getShadow();
        return new Promotion(
                shadow,
                command.getPhase(),
                command.getWho(),
                command.getWhy(),
                command.getAt().toString(),
                effect,
                effect == PromotionEffect.IN_USE ? groups.getOrDefault(shadow, 0L) : 0);
    }

    /** Returns the promotion as a sentence. */
    public String words() {
        String by = " Promoted by " + who + " at " + at + (why.isBlank() ? "." : ": " + why);
        return switch (effect) {
            case IN_USE ->
                "The shadow " + shadow + " scores the groups from phase " + phase + " on, " + groups + " so far." + by;
            case WAITING -> "The shadow " + shadow + " will score the groups from phase " + phase + " on." + by;
            case NONE -> "The promotion of the shadow " + shadow + " for phase " + phase + " had no effect." + by;
        };
    }
}
