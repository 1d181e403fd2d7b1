/**
 * Generates long-context questions: facts spread over a document among fillers, questions of one to three hops over them.
 *
 * <p>Start at {@link dev.longstream.questions.generator.QuestionGenerator}. Words are separated by one blank and
 * punctuation is a word, so that a word-level tokenizer reads it without loss; a token here is a word. Everything is a
 * function of the configuration and its seed.
 */
package dev.longstream.questions.generator;
