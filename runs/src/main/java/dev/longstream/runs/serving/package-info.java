/**
 * Servers in this process: a policy on a port and the schema registry, which live until they are interrupted, and the models that
 * a run asks itself. Start at {@link dev.longstream.runs.serving.Serving}.
 */
package dev.longstream.runs.serving;
