/**
 * The default task: a tiny policy that answers questions over generated documents.
 *
 * <p>{@link dev.longstream.runs.quickstart.StartingWeights} makes the weights the project ships: a policy that has read
 * documents and answered questions in a plain form, and has never seen a chat.
 */
package dev.longstream.runs.quickstart;
