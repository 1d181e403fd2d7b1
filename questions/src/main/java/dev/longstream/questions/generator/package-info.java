/**
 * Generates long-context questions: a document of facts and filler sentences, and multi-hop questions over the facts.
 *
 * <p>Start at {@link dev.longstream.questions.generator.QuestionGenerator}. Words are separated by one blank and
 * punctuation is a word, so that a word-level tokenizer reads the text without loss; a token here is a word. Everything
 * is a function of the configuration and its seed.
 */
package dev.longstream.questions.generator;
