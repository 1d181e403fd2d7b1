package dev.longstream.benchmarks;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.roofline.Roofline;
import dev.longstream.policy.safetensors.TensorSpec;

import java.util.List;

/**
 * Minimum arithmetic and memory traffic of a benchmark, for any implementation: a prompt is read once for all of its
 * answers, attention looks at earlier tokens only, and only answers need logits. Recomputation to save memory does not
 * count. Weights, keys and values are float32.
 *
 * @param parts parts, done one after the other
 */
public record Work(List<WorkPart> parts) {
    /**
     * A part that arithmetic or memory traffic bounds.
     *
     * @param flops multiplications and additions of matrix products
     * @param bytes bytes read from memory
     */
    public record WorkPart(double flops, double bytes) {
        double bestSeconds(Roofline machine, double flopsPerSecond) {
            return Math.max(flops / flopsPerSecond, bytes / machine.bytesPerSecond());
        }
    }

    public Work {
        parts = List.copyOf(parts);
    }

    /** Work of reading P tokens. */
    static Work prefill(ModelConfig model, int promptTokens) {
        return new Work(List.of(reading(model, promptTokens)));
    }

    /** Work of reading the prompt, then A times one token of each of G answers. */
    static Work sampling(ModelConfig model, Shape shape) {
        double tokens = (double) shape.answers() * shape.answerTokens();
        double columns = shape.promptTokens() + (shape.answerTokens() + 1) / 2.0;
        double flops = tokens * (tokenFlops(model) + headFlops(model) + columns * pairFlops(model));
        double ownColumns = shape.answers() * (shape.answerTokens() + 1) / 2.0;
        double bytes = shape.answerTokens()
                * (weightBytes(model) + (shape.promptTokens() + ownColumns) * cacheBytesOfToken(model));
        return new Work(List.of(reading(model, shape.promptTokens()), new WorkPart(flops, bytes)));
    }

    /** Work of a gradient step: forward, and twice as much backward. */
    static Work step(ModelConfig model, Shape shape) {
        double document = shape.promptTokens();
        double question = shape.questionTokens();
        double answer = shape.answerTokens();
        double answerTokens = (double) shape.questions() * shape.answers() * answer;
        double tokens = document + shape.questions() * question + answerTokens;
        double pairs = document * (document + 1) / 2
                + shape.questions() * question * (document + (question + 1) / 2)
                + answerTokens * (document + question + (answer + 1) / 2);
        double forward = tokens * tokenFlops(model) + pairs * pairFlops(model) + answerTokens * headFlops(model);
        return new Work(List.of(new WorkPart(3 * forward, 3 * weightBytes(model))));
    }

    private static WorkPart reading(ModelConfig model, int tokens) {
        double pairs = tokens * (tokens + 1.0) / 2;
        return new WorkPart(tokens * tokenFlops(model) + pairs * pairFlops(model), weightBytes(model));
    }

    /** Operations of one token in all layers, without attention. */
    private static double tokenFlops(ModelConfig model) {
        return 2.0
                * model.tensors().stream()
                        .filter(tensor -> tensor.name().startsWith("model.layers.") && tensor.shape().length == 2)
                        .mapToLong(TensorSpec::size)
                        .sum();
    }

    private static double headFlops(ModelConfig model) {
        return 2.0 * model.vocabularySize() * model.hiddenSize();
    }

    /** Operations of one token that attends to another, in all layers. */
    private static double pairFlops(ModelConfig model) {
        return 4.0 * model.layers() * model.heads() * model.headSize();
    }

    private static double weightBytes(ModelConfig model) {
        return (double) Float.BYTES
                * model.tensors().stream().mapToLong(TensorSpec::size).sum();
    }

    private static double cacheBytesOfToken(ModelConfig model) {
        return 2.0 * model.layers() * model.keyValueHeads() * model.headSize() * Float.BYTES;
    }

    /** Operations of all parts together. */
    public double flops() {
        return parts.stream().mapToDouble(WorkPart::flops).sum();
    }

    /**
     * Returns the minimum time on a machine in seconds: each part takes the longer of its arithmetic and its memory
     * traffic.
     *
     * @param flopsPerSecond speed of products in the compute type used, float32 or bfloat16
     */
    public double bestSeconds(Roofline machine, double flopsPerSecond) {
        return parts.stream()
                .mapToDouble(part -> part.bestSeconds(machine, flopsPerSecond))
                .sum();
    }
}
