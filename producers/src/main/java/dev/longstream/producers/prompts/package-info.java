/**
 * Reads questions out of files in the layouts their publishers chose, and says how a question is put to a policy.
 *
 * <p>Knows neither Kafka nor a tokenizer: a prompt here is words. {@link dev.longstream.producers.publication} counts its
 * tokens and puts it on the log. Start at {@link dev.longstream.producers.prompts.PromptFiles}: a file's records
 * ({@code FileRecords}) are read by the first {@code PromptFormat} that recognises them and must pass {@code PromptChecks};
 * what does not is listed in the {@link dev.longstream.producers.prompts.ImportReport}, never thrown.
 */
package dev.longstream.producers.prompts;
