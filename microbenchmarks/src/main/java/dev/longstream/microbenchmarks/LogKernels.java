package dev.longstream.microbenchmarks;

import dev.longstream.record.AnswerKind;
import dev.longstream.rewards.rules.RuleRewards;
import dev.longstream.rewards.rules.RuleVerdict;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.GroupAdvantages;
import dev.longstream.trainer.objective.Loss;
import dev.longstream.trainer.objective.LossInputs;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.objective.Objective;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Times what happens to a group of 8 answers between sampling and the gradient, in Java alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class LogKernels {
    private static final int ANSWERS = StepKernels.ANSWERS;

    /** Tokens of each answer. */
    @Param({"512", "8192"})
    public int answerTokens;

    private final Objective objective = LossSettings.DEFAULT.objective();
    private final List<Double> rewards = List.of(0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    private List<Integer> lengths;
    private LossInputs inputs;
    private String output;

    /** Creates the answers and the inputs of the loss. */
    @Setup
    public void make() {
        Random random = new Random(0);
        lengths =
                IntStream.range(0, ANSWERS).map(answer -> answerTokens).boxed().toList();
        double[][] sampled = rows(random);
        double[][] current = rows(random);
        inputs = new LossInputs(
                current,
                current,
                sampled,
                new double[0][],
                rows(random),
                rows(random),
                (long) ANSWERS * answerTokens,
                ANSWERS,
                false);
        output = "<think>"
                + IntStream.range(0, answerTokens)
                        .mapToObj(word -> "word" + word % 97)
                        .collect(Collectors.joining(" "))
                + "</think> Therefore, the answer is 1,234.5 million.";
    }

    private double[][] rows(Random random) {
        return IntStream.range(0, ANSWERS)
                .mapToObj(answer -> random.doubles(answerTokens, -2, -0.1).toArray())
                .toArray(double[][]::new);
    }

    /** Scores one answer by the rule; it has one word for each token, its thought included. */
    @Benchmark
    public RuleVerdict ruleReward() {
        return RuleRewards.DEFAULT.of(AnswerKind.NUMBER).score(output, List.of("1234.5 million"), Map.of(), true);
    }

    /** Computes the advantages of the group. */
    @Benchmark
    public GroupAdvantages advantages() {
        return GroupAdvantages.of(rewards, lengths, AdvantageConfig.DEFAULT);
    }

    /** Computes the loss and its gradient. */
    @Benchmark
    public Loss policyLoss() {
        return objective.evaluate(inputs);
    }
}
