/** Ends a process in order: after Ctrl-C or SIGTERM its work stops first. */
package dev.longstream.runs.process;
