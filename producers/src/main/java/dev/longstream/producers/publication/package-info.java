/**
 * Publishes questions, their documents and demonstrations: {@code documents} first, then {@code prompts} and
 * {@code demonstrations}. Publishing again adds only what is missing. Start at
 * {@link dev.longstream.producers.publication.PromptPublisher}.
 */
package dev.longstream.producers.publication;
