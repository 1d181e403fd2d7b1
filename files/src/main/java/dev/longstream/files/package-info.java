/**
 * Reads and writes small files that stay whole when a process is killed. Start at
 * {@link dev.longstream.files.AtomicFile}.
 */
package dev.longstream.files;
