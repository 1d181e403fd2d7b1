package dev.longstream.runs.config;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/**
 * The policy that training begins with.
 *
 * @param folder in Hugging Face's layout; null: the small policy that ships with Longstream
 * @param computeType what matrix products of all its versions are computed in, in training and in sampling; auto: bfloat16 where a short
 *     measurement finds it much faster on this machine and the policy is not a small one
 */
public record ModelSection(@Nullable Path folder, ComputeTypeChoice computeType) {}
