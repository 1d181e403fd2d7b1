package dev.longstream.microbenchmarks;

import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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

/** Times the decoding of one more token of each of 8 answers to a prompt that was read, all layers, at temperature 0.7 and top-p 0.95. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class SamplingKernels {
    private static final int MAX_TOKENS = 512;

    /** Size of the policy. */
    @Param("SMOLLM2")
    public PolicySize size;

    /** Type in which products are computed. */
    @Param({"FLOAT32", "BFLOAT16"})
    public ComputeType computeType;

    /** Tokens of the prompt. */
    @Param({"512", "2048"})
    public int prompt;

    private PolicyModel model;
    private Sampler sampler;

    /** Creates the policy. */
    @Setup
    public void open() {
        model = size.whole(computeType);
    }

    /** Reads the prompt, so that every iteration begins with answers of one token. */
    @Setup(Level.Iteration)
    public void readPrompt() {
        sampler = new Sampler(model, 0, new int[0], new SamplerLimits(StepKernels.ANSWERS, 1, Long.MAX_VALUE / 4));
        int[] tokens = size.tokens(new Random(0), prompt);
        sampler.submit(new SamplingRequest(
                "timed", tokens, StepKernels.ANSWERS, new SamplingParameters(0.7, 0.95, 0, MAX_TOKENS), 1));
        sampler.decodeChunk();
    }

    /** Decodes one token of each answer. */
    @Benchmark
    public List<Sample> decodingStep() {
        if (sampler.isIdle()) {
            throw new IllegalStateException("An iteration took more than " + MAX_TOKENS + " tokens; make it shorter");
        }
        return sampler.decodeChunk();
    }

    /** Closes the sampler of an iteration. */
    @TearDown(Level.Iteration)
    public void closeSampler() {
        sampler.close();
    }

    /** Frees the policy. */
    @TearDown
    public void close() {
        model.close();
    }
}
