package dev.longstream.runs.config;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/**
 * Initial policy of the training.
 *
 * @param folder model folder in Hugging Face's layout; null for the small policy that ships with Longstream
 * @param computeType number format of matrix products in training and sampling; auto chooses bfloat16 if the policy is not
 *     small and a short measurement finds it much faster on this machine
 */
public record ModelSection(@Nullable Path folder, ComputeTypeChoice computeType) {}
