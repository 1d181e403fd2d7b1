package dev.longstream.it.torture;

import dev.longstream.it.torture.Fault.Kind;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Faults of a seed. All seeds together go through every kind and, within a kind, through every target in turn; the seed
 * decides order and times.
 */
final class FaultSchedule {
    private static final int MAX_STEPS_BETWEEN = 3;
    /** One in this many faults begins while the one before has its effect. */
    private static final int OVERLAPPING = 4;
    /** One in this many faults of the broker lasts longer than the timeouts of Kafka's clients. */
    private static final int LONG = 3;

    private FaultSchedule() {}

    /**
     * Returns the faults of a seed.
     *
     * @param seed from 1
     * @param count number of faults
     * @param targets names of targets by kind; kinds without targets do not occur
     */
    static List<Fault> of(long seed, int count, Map<Kind, List<String>> targets) {
        List<Kind> kinds = List.of(Kind.values()).stream()
                .filter(kind -> !targets.getOrDefault(kind, List.of()).isEmpty())
                .toList();
        Random random = new Random(seed);
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long number = (seed - 1) * count + i;
            int index = (int) (number % kinds.size());
            Kind kind = kinds.get(index);
            List<String> names = targets.get(kind);
            // Kinds begin at different targets, so that a few faults reach many.
            String target = names.get((int) ((number / kinds.size() + 3L * index) % names.size()));
            int afterSteps = random.nextInt(OVERLAPPING) == 0 ? 0 : 1 + random.nextInt(MAX_STEPS_BETWEEN);
            faults.add(new Fault(kind, target, lasts(kind, target, random), afterSteps, millis(random, 0, 2_000)));
        }
        Collections.shuffle(faults, random);
        return faults;
    }

    private static Duration lasts(Kind kind, String target, Random random) {
        if (target.startsWith(TortureCluster.BROKER) && random.nextInt(LONG) == 0) {
            return millis(random, 60_000, 130_000);
        }
        return switch (kind) {
            case KILL, TERM -> millis(random, 300, 5_000);
            case SUSPEND, FREEZE, SLOW -> millis(random, 3_000, 15_000);
            case CUT, FULL_DISK -> millis(random, 2_000, 10_000);
            case BAD_RECORD -> Duration.ZERO;
        };
    }

    private static Duration millis(Random random, int from, int to) {
        return Duration.ofMillis(from + random.nextInt(to - from));
    }
}
