/**
 * Origin of the lines of the program's own log. Start at {@link dev.longstream.logging.LogOrigin}. The command line writes it into
 * every line; a program that uses Longstream as a library may do the same. Not to be confused with {@code dev.longstream.log}, the
 * event log on Kafka.
 */
package dev.longstream.logging;
