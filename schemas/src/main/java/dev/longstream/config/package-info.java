/** Checks configurations and reports all problems at once, by path. Start at {@link dev.longstream.config.Problems}. */
package dev.longstream.config;
