/**
 * A run's folder on disk: its lock, its configuration and the names of its files. Other packages say what the files hold. Start at {@link
 * dev.longstream.runs.folder.RunFolder}.
 */
package dev.longstream.runs.folder;
