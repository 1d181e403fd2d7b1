/**
 * The program's log as Logback writes it. {@code logback.xml} names the classes of this package; start at {@link
 * dev.longstream.cli.logging.LogFormat}.
 */
package dev.longstream.cli.logging;
