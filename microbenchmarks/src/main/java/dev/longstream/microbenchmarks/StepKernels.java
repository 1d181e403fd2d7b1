package dev.longstream.microbenchmarks;

import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.policy.training.StepParts;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Times one layer of a gradient step on a prompt and its 8 answers of 128 tokens. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class StepKernels {
    static final int ANSWERS = 8;
    static final int ANSWER_TOKENS = 128;

    /** Size of the policy. */
    @Param("SMOLLM2")
    public PolicySize size;

    /** Type in which products are computed. */
    @Param({"FLOAT32", "BFLOAT16"})
    public ComputeType computeType;

    /** Tokens of the prompt. */
    @Param({"512", "2048", "8192"})
    public int prompt;

    private PolicyModel model;
    private StepParts parts;

    /** Creates the policy and the parts of its step. */
    @Setup
    public void open() {
        model = size.oneLayer(computeType);
        parts = new StepParts(model, List.of(group(size, prompt)));
    }

    static PromptAnswers group(PolicySize size, int prompt) {
        Random random = new Random(0);
        return new PromptAnswers(
                size.tokens(random, prompt),
                IntStream.range(0, ANSWERS)
                        .mapToObj(answer -> size.tokens(random, ANSWER_TOKENS))
                        .toList());
    }

    /** Computes attention forward. */
    @Benchmark
    public void attention() {
        parts.attention();
    }

    /** Computes the gradient of attention. */
    @Benchmark
    public void attentionBackward() {
        parts.attentionBackward();
    }

    /** Computes a whole layer forward. */
    @Benchmark
    public void layer() {
        parts.layer();
    }

    /** Computes the gradient of a whole layer. */
    @Benchmark
    public void layerBackward() {
        parts.layerBackward();
    }

    /** Frees the policy. */
    @TearDown
    public void close() {
        parts.close();
        model.close();
    }
}
