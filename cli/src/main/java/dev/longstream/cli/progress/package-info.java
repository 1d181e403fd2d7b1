/** How a run that does not go on is noticed. Start at {@link dev.longstream.cli.progress.StallWatch}. */
package dev.longstream.cli.progress;
