/**
 * Reads questions out of files in the layouts their publishers chose, and says how a question is put to a policy.
 *
 * <p>Knows neither Kafka nor a tokenizer: a prompt here is words. {@code producers} count its
 * tokens and puts it on the log. Start at {@link dev.longstream.questions.PromptFiles}: a file's records
 * ({@code FileRecords}) are read by the first {@code PromptFormat} that recognises them and must pass {@code PromptChecks};
 * what does not is listed in the {@link dev.longstream.questions.ImportReport}, never thrown.
 */
package dev.longstream.questions;
