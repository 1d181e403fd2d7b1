/**
 * Puts questions, their documents and demonstrations on the log: {@code documents} first, then {@code prompts} and
 * {@code demonstrations}. Doing it again publishes only what is missing. Start at
 * {@link dev.longstream.producers.publication.PromptPublisher}.
 */
package dev.longstream.producers.publication;
