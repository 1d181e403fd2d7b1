package dev.longstream.microbenchmarks;

import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.PolicyModel;
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
import java.util.concurrent.TimeUnit;

/**
 * Times the part of a gradient step that does not depend on the prompt's length: logits of 8 answers of 128 tokens, and AdamW on
 * the weights of one layer and the head.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class HeadKernels {
    /** Size of the policy. */
    @Param("SMOLLM2")
    public PolicySize size;

    /** Type in which products are computed. */
    @Param({"FLOAT32", "BFLOAT16"})
    public ComputeType computeType;

    private PolicyModel model;
    private StepParts parts;

    /** Creates the policy and the parts of its step. */
    @Setup
    public void open() {
        model = size.oneLayer(computeType);
        parts = new StepParts(model, List.of(StepKernels.group(size, 1)));
    }

    /** Computes the log-probabilities and entropies of the answers from the last layer's output. */
    @Benchmark
    public void scores() {
        parts.headScores();
    }

    /** Computes the gradient of the head. */
    @Benchmark
    public void backward() {
        parts.headBackward();
    }

    /** Updates the weights. */
    @Benchmark
    public void adamW() {
        parts.optimizer();
    }

    /** Frees the policy. */
    @TearDown
    public void close() {
        parts.close();
        model.close();
    }
}
