package dev.longstream.runs.quickstart;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.NewPolicy;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.questions.generator.ReadingRow;
import dev.longstream.questions.generator.ReadingRows;
import dev.longstream.questions.generator.Vocabulary;
import dev.longstream.trainer.learner.ModelLearners;
import dev.longstream.trainer.objective.Aggregation;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import dev.longstream.trainer.optimizer.Schedule;
import dev.longstream.trainer.optimizer.WeightDecay;
import dev.longstream.trainer.supervised.SupervisedConfig;
import dev.longstream.trainer.supervised.SupervisedProgress;
import dev.longstream.trainer.supervised.SupervisedRow;
import dev.longstream.trainer.supervised.SupervisedTraining;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Trains the initial weights of the default task from random weights, in three supervised parts.
 *
 * <ol>
 *   <li>recital: the policy reads facts and recites them in another order, which teaches it to look things up. This skill
 *       appears suddenly or not at all; if it has not appeared by the end, another seed is tried.
 *   <li>questions: it answers questions over longer documents in a plain form.
 *   <li>quoting: it answers only by quoting facts.
 * </ol>
 */
public final class StartingWeights {
    private static final int SEEDS = 5;
    /** Mean probability of a recited value above which the policy must be looking it up. */
    private static final double LOOKED_UP = 0.5;

    private static final int RECITAL_STEPS = 2000;
    private static final int RECITAL_ROWS = 32;
    private static final int QUESTION_STEPS = 1500;
    private static final int QUESTION_ROWS = 16;
    private static final int QUESTIONS_PER_ROW = 6;
    private static final double DIRECT_ANSWERS = 0.1;
    private static final int QUOTING_STEPS = 1000;
    private static final int SHORTEST_DOCUMENT = 20;
    private static final int LONGEST_DOCUMENT = 500;
    private static final double ONE_KEY_DOCUMENTS = 0.1;
    private static final String TEMPLATE =
            "{% for message in messages %}{% if message.role == 'user' %}<|user|> {{ message.content }} "
                    + "{% else %}<|assistant|> {{ message.content }} <|end|> {% endif %}{% endfor %}"
                    + "{% if add_generation_prompt %}<|assistant|> <think>{% endif %}";

    private final Path folder;
    private final Consumer<StartingWeightsProgress> progress;

    /**
     * Progress of the training.
     *
     * @param part recital, questions or quoting
     * @param seed seed of the current attempt
     * @param step figures of the last gradient step
     */
    public record StartingWeightsProgress(String part, int seed, SupervisedProgress step) {}

    /**
     * Creates the training.
     *
     * @param folder folder for the checkpoints and the result; training continues from checkpoints in it
     * @param progress receives the figures of every step
     */
    public StartingWeights(Path folder, Consumer<StartingWeightsProgress> progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /** Returns the untrained policy: two layers, 0.44 M parameters, one token per word. */
    static NewPolicy blank() {
        List<String> words = Vocabulary.vocabulary();
        ModelConfig shape = ModelConfig.llama(words.size(), 128, 2, 4, 4, 32, 352, 2048);
        return new NewPolicy(
                shape,
                words,
                Vocabulary.SPECIALS,
                "<|unknown|>",
                "<|end|>",
                "<|pad|>",
                TEMPLATE,
                NewPolicy.EMBEDDING_DEVIATION);
    }

    /**
     * Trains the policy and returns its model folder.
     *
     * @throws IllegalStateException if no seed led to a policy that looks facts up
     */
    public Path make() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Path blank = folder.resolve("seed-" + seed).resolve("blank");
            blank().write(blank, seed);
            AtomicReference<Double> probability = new AtomicReference<>(1.0);
            Path reciting = recite(blank, seed, probability);
            if (Objects.requireNonNull(probability.get()) > LOOKED_UP) {
                return answer(reciting, seed);
            }
        }
        throw new IllegalStateException(
                "None of " + SEEDS + " seeds led to a policy that looks facts up (checkpoints in " + folder + ")");
    }

    private Path recite(Path start, int seed, AtomicReference<Double> probability) {
        ReadingRows rows = new ReadingRows(seed);
        OptimizerSettings optimizer =
                new OptimizerSettings(2e-3, Schedule.CONSTANT, 50, 1, 0.9, 0.98, 1e-8, WeightDecay.NONE, 1);
        return train(
                "recital",
                start,
                seed,
                RECITAL_STEPS,
                RECITAL_ROWS,
                optimizer,
                step -> {
                    probability.set(0.9 * Objects.requireNonNull(probability.get()) + 0.1 * step.probability());
                },
                (step, row) -> rows.recital(row, growing(step, RECITAL_STEPS, 30, 50)));
    }

    private Path answer(Path start, int seed) {
        ReadingRows rows = new ReadingRows(1000 + seed);
        Path answering = train(
                "questions",
                start,
                seed,
                QUESTION_STEPS,
                QUESTION_ROWS,
                decaying(2e-3),
                step -> {},
                (step, row) -> rows.questions(
                        row,
                        new ReadingRows.Questions(
                                SHORTEST_DOCUMENT,
                                growing(step, QUESTION_STEPS, 40, 400),
                                QUESTIONS_PER_ROW,
                                List.of(4.0, 4.0, 2.0),
                                DIRECT_ANSWERS,
                                ONE_KEY_DOCUMENTS)));
        ReadingRows longRows = new ReadingRows(2000 + seed);
        return train(
                "quoting",
                answering,
                seed,
                QUOTING_STEPS,
                QUESTION_ROWS,
                decaying(1e-3),
                step -> {},
                (step, row) -> longRows.questions(
                        row,
                        new ReadingRows.Questions(
                                SHORTEST_DOCUMENT,
                                LONGEST_DOCUMENT,
                                QUESTIONS_PER_ROW,
                                List.of(3.0, 4.0, 3.0),
                                0,
                                ONE_KEY_DOCUMENTS)));
    }

    private static OptimizerSettings decaying(double learningRate) {
        return new OptimizerSettings(
                learningRate, Schedule.COSINE, 50, 0.1, 0.9, 0.95, 1e-8, WeightDecay.ofMatrices(0.01), 1);
    }

    /** Returns the maximum document length of a step, which rises linearly over the first 70 % of the steps. */
    private static int growing(int step, int steps, int from, int to) {
        return (int) (from + (to - from) * Math.min(1, step / (0.7 * steps)));
    }

    private Path train(
            String part,
            Path start,
            int seed,
            int steps,
            int rowsPerStep,
            OptimizerSettings optimizer,
            Consumer<SupervisedProgress> watch,
            BiFunction<Integer, Long, ReadingRow> row) {
        SupervisedConfig config = new SupervisedConfig(steps, optimizer, Aggregation.TOKEN_MEAN, 8192, 200);
        try (PolicyFolder origin = PolicyFolder.open(start);
                Tokenizer tokenizer = origin.tokenizer()) {
            IntFunction<List<SupervisedRow>> batches = step -> IntStream.range(0, rowsPerStep)
                    .mapToObj(i -> tokens(tokenizer, row.apply(step, (long) step * rowsPerStep + i)))
                    .toList();
            return new SupervisedTraining(
                            config,
                            start,
                            folder.resolve("seed-" + seed).resolve(part),
                            part + "-" + seed,
                            new ModelLearners())
                    .run(batches, step -> {
                        watch.accept(step);
                        progress.accept(new StartingWeightsProgress(part, seed, step));
                    })
                    .orElseThrow();
        }
    }

    private static SupervisedRow tokens(Tokenizer tokenizer, ReadingRow row) {
        List<int[]> answers = new ArrayList<>();
        List<float[]> weights = new ArrayList<>();
        for (List<ReadingRow.ReadingPart> branch : row.branches()) {
            List<Integer> ids = new ArrayList<>();
            List<Float> learned = new ArrayList<>();
            for (ReadingRow.ReadingPart part : branch) {
                for (int id : tokenizer.encode(part.words())) {
                    ids.add(id);
                    learned.add(part.learned() ? 1f : 0f);
                }
            }
            answers.add(ids.stream().mapToInt(Integer::intValue).toArray());
            float[] flags = new float[learned.size()];
            for (int i = 0; i < flags.length; i++) {
                flags[i] = learned.get(i);
            }
            weights.add(flags);
        }
        return new SupervisedRow(tokenizer.encode(row.document()), answers, weights);
    }
}
