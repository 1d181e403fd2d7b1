package dev.longstream.benchmarks.simulation;

import dev.longstream.config.Problems;

/**
 * Times that a device takes, in seconds. A decoding step gives one token to every answer in progress.
 *
 * @param decodeStep a decoding step, whatever the number of answers: it reads the weights
 * @param decodeRow addition for each answer in progress: it reads its keys and values
 * @param readToken a prompt token, read once for all answers to the prompt
 * @param loadWeights new weights in a worker, which decodes nothing meanwhile
 * @param trainToken a token in a gradient step of one device; prompts are read once for all their answers
 * @param trainStep addition for each gradient step: optimizer, checkpoint, announcement
 * @param stages way of a group over the log, from its last answer to a batch
 */
public record DeviceSpeed(
        double decodeStep,
        double decodeRow,
        double readToken,
        double loadWeights,
        double trainToken,
        double trainStep,
        double stages) {
    /**
     * Seven billion weights in bfloat16 on a device with 3.3 TB/s and 990 TFLOP/s, derived and not measured: 15 GB of weights
     * in 5 ms, 3 ms of launches; keys and values of 3,000 tokens (57 KB each) in 0.05 ms; a prompt token 2 operations a weight
     * at half the peak, a trained one 6 at two fifths.
     */
    public static final DeviceSpeed SEVEN_BILLION = new DeviceSpeed(0.008, 5e-5, 3.1e-5, 2, 1.15e-4, 2, 0.3);

    public DeviceSpeed {
        new Problems("bench schedule")
                .require(decodeStep > 0, "--decode-step is %s s, must be positive", decodeStep)
                .require(trainToken > 0, "--train-token is %s s, must be positive", trainToken)
                .require(
                        Math.min(Math.min(decodeRow, readToken), Math.min(loadWeights, Math.min(trainStep, stages)))
                                >= 0,
                        "a time is negative: --decode-row %s, --read-token %s, --load-weights %s, --train-step %s, --stages %s",
                        decodeRow,
                        readToken,
                        loadWeights,
                        trainStep,
                        stages)
                .throwIfAny();
    }
}
