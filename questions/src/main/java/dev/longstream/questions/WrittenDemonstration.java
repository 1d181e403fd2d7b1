package dev.longstream.questions;

import java.util.List;

/**
 * An answer to imitate, as somebody wrote it.
 *
 * @param prompt what comes before it, as the chat template takes it
 * @param answer without the policy's stop token
 * @param source file and line
 */
public record WrittenDemonstration(List<Turn> prompt, String answer, String source) {
    public WrittenDemonstration {
        prompt = List.copyOf(prompt);
    }
}
