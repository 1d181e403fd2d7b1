/**
 * Servers that live until they are interrupted: a policy on a port, and the schema registry. Start at {@link
 * dev.longstream.runs.serving.Serving}.
 */
package dev.longstream.runs.serving;
