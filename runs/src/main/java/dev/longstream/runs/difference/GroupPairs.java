package dev.longstream.runs.difference;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pairs the complete groups of two runs by id, and compares verdicts and advantages. */
final class GroupPairs {
    private static final int EXAMPLES = 10;

    private final Map<String, Closed> here = new HashMap<>();
    private final Set<String> there = new HashSet<>();
    private final List<String> examples = new ArrayList<>();
    private long keptInBoth;
    private long rejectedInBoth;
    private long keptHere;
    private long keptThere;
    private long onlyThere;
    private long compared;
    private long changed;
    private long turned;
    private double sum;
    private double max;

    /** A complete group: whether it is kept, and the advantages by sample index. */
    private record Closed(boolean kept, Map<Integer, Double> advantages) {
        static Closed of(Group group) {
            Map<Integer, Double> advantages = new HashMap<>();
            for (GroupMember member : group.getMembers()) {
                Double advantage = member.getAdvantage();
                if (advantage != null) {
                    advantages.put(member.getSampleIndex(), advantage);
                }
            }
            return new Closed(group.getVerdict() == GroupVerdict.TRAINABLE, advantages);
        }
    }

    private GroupPairs() {}

    static GroupPairs read(EventLog run, EventLog other) {
        GroupPairs pairs = new GroupPairs();
        for (Topic<Group> topic : List.of(run.topics().groups(), run.topics().rejectedGroups())) {
            TopicReader.readAll(
                    run,
                    topic,
                    record -> pairs.here.putIfAbsent(record.value().getGroupId(), Closed.of(record.value())));
        }
        for (Topic<Group> topic :
                List.of(other.topics().groups(), other.topics().rejectedGroups())) {
            TopicReader.readAll(other, topic, record -> pairs.add(record.value()));
        }
        return pairs;
    }

    private void add(Group group) {
        String id = group.getGroupId();
        if (!there.add(id)) {
            return;
        }
        Closed one = here.get(id);
        if (one == null) {
            onlyThere++;
            return;
        }
        Closed two = Closed.of(group);
        if (one.kept() != two.kept()) {
            keptHere += one.kept() ? 1 : 0;
            keptThere += two.kept() ? 1 : 0;
            if (examples.size() < EXAMPLES) {
                examples.add(id);
            }
        } else if (one.kept()) {
            keptInBoth++;
            one.advantages()
                    .forEach((sample, advantage) ->
                            compare(advantage, two.advantages().get(sample)));
        } else {
            rejectedInBoth++;
        }
    }

    private void compare(double one, @Nullable Double two) {
        if (two == null) {
            return;
        }
        double change = Math.abs(two - one);
        compared++;
        changed += change > 0 ? 1 : 0;
        turned += one * two < 0 ? 1 : 0;
        sum += change;
        max = Math.max(max, change);
    }

    GroupDifference groups() {
        long both = there.size() - onlyThere;
        return new GroupDifference(
                both,
                keptInBoth,
                rejectedInBoth,
                keptHere,
                keptThere,
                here.size() - both,
                onlyThere,
                List.copyOf(examples));
    }

    AdvantageDifference advantages() {
        return new AdvantageDifference(compared, changed, turned, compared == 0 ? 0 : sum / compared, max);
    }
}
