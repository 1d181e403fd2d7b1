/**
 * Turns a question and its documents into the token ids that a policy reads. Start at
 * {@link dev.longstream.producers.rendering.PromptRenderer}.
 */
package dev.longstream.producers.rendering;
