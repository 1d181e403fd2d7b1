package dev.longstream.evaluation.comparison;

import dev.longstream.evaluation.EvaluationConfig;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.producers.rendering.PromptStyle;

import java.nio.file.Path;

/**
 * Settings of a run that a comparison or a distillation works with.
 *
 * @param model folder whose tokenizer counts the tokens of prompts that go to servers
 * @param style form in which a model folder is asked
 * @param maxPromptTokens limit of a prompt, {@code prompts.max-tokens}
 * @param evaluation how answers are drawn
 * @param limits of the sampler of a model folder
 * @param seed of the resampling behind intervals
 */
public record ContestSettings(
        Path model,
        PromptStyle style,
        int maxPromptTokens,
        EvaluationConfig evaluation,
        SamplerLimits limits,
        long seed) {}
