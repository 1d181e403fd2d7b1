/**
 * Reads and writes small files that stay whole when a process is killed, and reads what Linux says of this process in files.
 * Start at {@link dev.longstream.files.AtomicFile}.
 */
package dev.longstream.files;
