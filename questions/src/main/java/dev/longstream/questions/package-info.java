/**
 * Reads questions from files in the layouts of published data sets and renders them as prompts.
 *
 * <p>Start at {@link dev.longstream.questions.PromptFiles}. It splits a file into records ({@code FileRecords}), reads
 * them with the first {@code PromptFormat} that recognises them, and checks every prompt ({@code PromptChecks}). A row
 * that fails is listed in the {@link dev.longstream.questions.ImportReport}; it is not an exception. May use
 * {@code schemas}; knows neither Kafka nor a tokenizer, so a prompt here is text. The module {@code producers} counts
 * its tokens and writes it to the log.
 */
package dev.longstream.questions;
