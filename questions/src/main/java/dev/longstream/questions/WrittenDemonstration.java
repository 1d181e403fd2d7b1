package dev.longstream.questions;

import java.util.List;

/**
 * A prompt and the answer to imitate (supervised fine-tuning), as text.
 *
 * @param prompt messages before the answer, in the order of the conversation
 * @param answer the assistant's answer, without the policy's stop token
 * @param source file and line
 */
public record WrittenDemonstration(List<Turn> prompt, String answer, String source) {
    /** Copies the messages. */
    public WrittenDemonstration {
        prompt = List.copyOf(prompt);
    }
}
