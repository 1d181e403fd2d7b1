package dev.longstream.cli.config;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/**
 * The policy that training begins with.
 *
 * @param folder in Hugging Face's layout; null: the small policy that ships with Longstream
 */
public record ModelSection(@Nullable Path folder) {}
