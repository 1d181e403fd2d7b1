package dev.longstream.endpoints;

import java.util.List;
import java.util.Set;

/**
 * Ends of an answer that a request asks for.
 *
 * @param texts texts before the first of which an answer ends
 * @param tokens tokens before the first of which an answer ends, besides the model's own
 * @param ignoresModels whether the model's own stop tokens do not end an answer
 */
record AnswerEnds(List<String> texts, Set<Integer> tokens, boolean ignoresModels) {}
