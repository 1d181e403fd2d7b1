/** How work tells whoever started it how far it is. Start at {@link dev.longstream.progress.Progress}. */
package dev.longstream.progress;
