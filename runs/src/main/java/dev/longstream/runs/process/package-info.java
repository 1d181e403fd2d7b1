/** Ends a process in order: its roles stop one after another, and after Ctrl-C or SIGTERM its work stops first. */
package dev.longstream.runs.process;
