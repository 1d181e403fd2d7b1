/**
 * Opens and locks a run's folder on disk and names its files. The content of the files is described where they are written.
 *
 * <p>Start at {@link dev.longstream.runs.folder.RunFolder}.
 */
package dev.longstream.runs.folder;
