package dev.longstream.exports.answers;

import dev.longstream.questions.Turn;

/**
 * A complete answer with its reward.
 *
 * @param groupId group of the answer
 * @param sample index of the answer in its group
 * @param text text of the answer, without the stop token
 * @param reward reward of the answer
 */
record ScoredAnswer(String groupId, int sample, String text, double reward) {
    /** Returns the assistant's message. */
    Turn turn() {
        return new Turn("assistant", text);
    }
}
