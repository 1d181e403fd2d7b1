package dev.longstream.trainer.loop;

/**
 * Limits of a micro-batch.
 *
 * @param tokens maximum number of prompt and answer tokens in one forward pass; a prefix that prompts share counts once
 * @param memoryMebibytes memory in MiB for weights, gradients, moments and the activations of a micro-batch together;
 *     layers that do not fit are recomputed in the backward pass, which changes no number; 0: half of the device's
 *     memory
 */
public record MicroBatchLimits(int tokens, int memoryMebibytes) {}
