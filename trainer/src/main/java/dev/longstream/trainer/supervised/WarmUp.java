package dev.longstream.trainer.supervised;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Demonstration;
import dev.longstream.trainer.learner.Learners;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * The supervised warm-up: imitates the answers in {@code demonstrations} in an order that follows from the seed.
 *
 * <p>Each pass over the demonstrations has its own order. Running a finished warm-up again does nothing.
 *
 * <p>Demonstrations share a forward pass, packed one after another without padding. No demonstration attends to
 * another, and the common beginning of two prompts is computed once.
 */
public final class WarmUp {
    private final WarmUpConfig config;
    private final long seed;
    private final SupervisedTraining training;

    /**
     * Creates the warm-up of a run.
     *
     * @param seed seed of the order of demonstrations
     * @param start folder of the initial weights, in Hugging Face's layout
     * @param runFolder folder of the run; checkpoints go to its folder {@code warm-up}
     * @param configDigest SHA-256 of the resolved configuration; a folder with another digest is refused
     */
    public WarmUp(WarmUpConfig config, long seed, Path start, Path runFolder, String configDigest, Learners learners) {
        this(
                config,
                seed,
                new SupervisedTraining(
                        config.supervised(), start, runFolder.resolve("warm-up"), configDigest, learners));
    }

    WarmUp(WarmUpConfig config, long seed, SupervisedTraining training) {
        this.config = config;
        this.seed = seed;
        this.training = training;
    }

    /**
     * Runs the remaining steps of the warm-up.
     *
     * @param log log of the run, which must contain all demonstrations
     * @return folder of the resulting policy in Hugging Face's layout, the initial one if there are no steps; empty if
     *     it was stopped before its end
     * @throws SupervisedException if there are steps, but no demonstrations
     */
    public Optional<Path> run(EventLog log, Consumer<SupervisedProgress> listener) {
        return run(read(log), listener);
    }

    /**
     * Returns the newest demonstration of each prompt in the order of the log; compaction of the topic changes nothing.
     */
    private Collection<Demonstration> read(EventLog log) {
        Map<String, Demonstration> byPrompt = new LinkedHashMap<>();
        TopicReader.readAll(log, log.topics().demonstrations(), record -> {
            byPrompt.remove(record.key());
            byPrompt.put(record.key(), record.value());
        });
        if (byPrompt.isEmpty() && config.steps() > 0) {
            throw new SupervisedException(
                    "Topic " + log.topics().demonstrations().name()
                            + " is empty, so the warm-up has nothing to imitate; publish demonstrations, or set"
                            + " warm-up.steps to 0");
        }
        return byPrompt.values();
    }

    Optional<Path> run(Collection<Demonstration> demonstrations, Consumer<SupervisedProgress> listener) {
        List<SupervisedRow> rows = demonstrations.stream()
                .map(demonstration ->
                        SupervisedRow.of(ints(demonstration.getPromptTokens()), ints(demonstration.getAnswerTokens())))
                .toList();
        if (config.steps() == 0) {
            return training.run(step -> List.of(), listener);
        }
        Split split = split(rows, config.validation());
        return training.run(
                step -> batch(split.imitated, config.batchSize(), config.order(), seed, step),
                new Validation(split.heldBack, config.validateEvery()),
                listener);
    }

    record Split(List<SupervisedRow> imitated, List<SupervisedRow> heldBack) {}

    static Split split(List<SupervisedRow> rows, int validation) {
        if (validation >= rows.size()) {
            throw new SupervisedException("warm-up.validation is " + validation + ", but there are " + rows.size()
                    + " demonstrations; expected fewer than that, so that some are left to imitate");
        }
        Split split = new Split(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < rows.size(); i++) {
            (isHeldBack(i, rows.size(), validation) ? split.heldBack : split.imitated).add(rows.get(i));
        }
        return split;
    }

    /** Returns whether row {@code i} is held back: {@code wanted} of {@code count} rows are, at equal distances. */
    private static boolean isHeldBack(int i, int count, int wanted) {
        return (i + 1L) * wanted / count > (long) i * wanted / count;
    }

    /** Returns {@code size} rows from row number {@code step · size} on, in an endless sequence of passes. */
    static <T> List<T> batch(List<T> rows, int size, DemonstrationOrder inOrder, long seed, int step) {
        List<T> batch = new ArrayList<>(size);
        long first = (long) step * size;
        for (long place = first; place < first + size; ) {
            long pass = place / rows.size();
            List<T> order = new ArrayList<>(rows);
            if (inOrder == DemonstrationOrder.SHUFFLED) {
                Collections.shuffle(order, new Random(seed * 1_000_003 + pass));
            }
            int from = (int) (place % rows.size());
            int to = (int) Math.min(rows.size(), from + first + size - place);
            batch.addAll(order.subList(from, to));
            place += to - from;
        }
        return batch;
    }

    /** Stops between two micro-batches; may be called from another thread. */
    public void stop() {
        training.stop();
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
