/**
 * Times the parts of a gradient step, of sampling and of an answer's way along the log, each alone, with JMH.
 *
 * <p>Reads nothing; a policy with random weights of a chosen size is made for it in a temporary folder. Start at {@link
 * dev.longstream.microbenchmarks.Microbenchmarks}. May use anything. It is started by Maven and is not shipped, since JMH's
 * licence is the GPL with the class path exception.
 */
package dev.longstream.microbenchmarks;
