/** Reports the progress of long work to its caller. Start at {@link dev.longstream.progress.Progress}. */
package dev.longstream.progress;
