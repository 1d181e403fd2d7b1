/**
 * Makes the tiny policy of the default task, which answers questions over generated documents.
 *
 * <p>Start at {@link dev.longstream.runs.quickstart.StartingWeights}, which trains the weights that ship with Longstream: the
 * policy has answered questions in a plain form and has never seen a chat.
 */
package dev.longstream.runs.quickstart;
