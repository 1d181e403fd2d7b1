package dev.longstream.runs.difference;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Differences between the batches of two runs.
 *
 * @param here number of batches in the first run
 * @param there number of batches in the second run
 * @param same batches that consist of the same groups in the same order under the same number
 * @param firstDifferent number of the first batch that differs among those that both runs have; null: none
 * @param moved groups that are in a batch in both runs, but under another number
 * @param scaled groups in a batch in both runs whose shift or divisor of advantages differs
 */
public record BatchDifference(
        long here, long there, long same, @Nullable Long firstDifferent, long moved, long scaled) {

    /** A group's place in a batch. */
    private record Placed(long batch, @Nullable Double shift, @Nullable Double divisor) {}

    static BatchDifference of(EventLog run, EventLog other) {
        Map<Long, List<BatchGroup>> here = read(run);
        Map<Long, List<BatchGroup>> there = read(other);
        long same = 0;
        Long firstDifferent = null;
        for (Map.Entry<Long, List<BatchGroup>> batch : here.entrySet()) {
            List<BatchGroup> others = there.get(batch.getKey());
            if (others != null && ids(others).equals(ids(batch.getValue()))) {
                same++;
            } else if (others != null && firstDifferent == null) {
                firstDifferent = batch.getKey();
            }
        }
        Map<String, Placed> places = places(here);
        long moved = 0;
        long scaled = 0;
        for (Map.Entry<String, Placed> group : places(there).entrySet()) {
            Placed one = places.get(group.getKey());
            Placed two = group.getValue();
            if (one != null) {
                moved += one.batch() == two.batch() ? 0 : 1;
                scaled += Objects.equals(one.shift(), two.shift()) && Objects.equals(one.divisor(), two.divisor())
                        ? 0
                        : 1;
            }
        }
        return new BatchDifference(here.size(), there.size(), same, firstDifferent, moved, scaled);
    }

    private static Map<Long, List<BatchGroup>> read(EventLog log) {
        Map<Long, List<BatchGroup>> batches = new TreeMap<>();
        TopicReader.readAll(log, log.topics().batches(), record -> {
            Batch batch = record.value();
            batches.put(batch.getBatch(), batch.getGroups());
        });
        return batches;
    }

    private static List<String> ids(List<BatchGroup> groups) {
        return groups.stream().map(BatchGroup::getGroupId).toList();
    }

    private static Map<String, Placed> places(Map<Long, List<BatchGroup>> batches) {
        Map<String, Placed> places = new HashMap<>();
        batches.forEach((number, groups) -> groups.forEach(group -> places.put(
                group.getGroupId(), new Placed(number, group.getAdvantageShift(), group.getAdvantageDivisor()))));
        return places;
    }

    List<String> lines(String run, String other) {
        return List.of("batches     " + here + " in " + run + ", " + there + " in " + other + ", " + same + " the same"
                + (firstDifferent == null ? "" : ", the first that differs is batch " + firstDifferent) + "; " + moved
                + " groups moved, " + scaled + " scaled otherwise");
    }
}
