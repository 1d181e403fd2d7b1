package dev.longstream.evaluation;

import dev.longstream.record.Question;

/**
 * A held-out question with its rendered prompt.
 *
 * @param question question and reference answers
 * @param prompt int[tokens], token ids of the rendered prompt
 */
@SuppressWarnings("ArrayRecordComponent") // token ids go to the sampler as they are; nobody compares two questions
public record HeldOutQuestion(Question question, int[] prompt) {}
