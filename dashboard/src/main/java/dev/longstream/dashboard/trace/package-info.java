/**
 * Fetches the records behind a figure by address: steps, groups, answers with the text of each token, prompts, versions, documents.
 *
 * <p>Start at {@link dev.longstream.dashboard.trace.TraceReader}. It asks {@link dev.longstream.runs.lineage.Lineage}, and adds what a
 * reader needs beside it: texts of tokens, and the prompt as the policy read it.
 */
package dev.longstream.dashboard.trace;
