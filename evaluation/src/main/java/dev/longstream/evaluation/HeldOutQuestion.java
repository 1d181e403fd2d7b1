package dev.longstream.evaluation;

import dev.longstream.record.Question;

/**
 * A question to measure a policy with.
 *
 * @param question what is asked, and the golds
 * @param prompt token ids of the rendered prompt
 */
public record HeldOutQuestion(Question question, int[] prompt) {}
