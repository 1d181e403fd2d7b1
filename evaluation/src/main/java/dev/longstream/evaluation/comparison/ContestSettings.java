package dev.longstream.evaluation.comparison;

import dev.longstream.evaluation.EvaluationConfig;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.producers.rendering.PromptForm;

import java.nio.file.Path;

/**
 * Settings of a run that a comparison or a distillation uses.
 *
 * @param model model folder whose tokenizer counts the tokens of prompts for servers
 * @param form form of the prompts for model folders
 * @param maxPromptTokens length limit of a prompt in tokens, {@code prompts.max-tokens}
 * @param evaluation sampling settings of answers
 * @param limits memory and batch limits of the sampler for model folders
 * @param seed seed of the bootstrap intervals
 */
public record ContestSettings(
        Path model,
        PromptForm form,
        int maxPromptTokens,
        EvaluationConfig evaluation,
        SamplerLimits limits,
        long seed) {}
