/**
 * A run's folder on disk: its lock, its configuration and the names of its files. Other packages say what the files hold. Start at {@link
 * dev.longstream.cli.folder.RunFolder}.
 */
package dev.longstream.cli.folder;
