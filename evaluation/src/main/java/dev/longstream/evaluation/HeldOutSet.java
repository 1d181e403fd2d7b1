package dev.longstream.evaluation;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.producers.following.Documents;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.record.Prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the held-out questions of a run from the log. */
public final class HeldOutSet {
    /** Value of the field {@code split} of a prompt that is never trained on. */
    public static final String SPLIT = "held-out";

    private static final long DOCUMENT_CHARACTERS = 1 << 26;

    private HeldOutSet() {}

    /** Returns every held-out question in ascending order of its prompt id, rendered for one policy. */
    public static List<HeldOutQuestion> read(EventLog log, RunFiles files, PromptRenderer renderer) {
        Map<String, Prompt> prompts = new TreeMap<>();
        TopicReader.readAll(log, log.topics().prompts(), record -> {
            if (record.value().getSplit().equals(SPLIT)) {
                prompts.put(record.key(), record.value());
            }
        });
        List<HeldOutQuestion> questions = new ArrayList<>();
        try (Documents documents = new Documents(log, files, DOCUMENT_CHARACTERS)) {
            for (Prompt prompt : prompts.values()) {
                int[] tokens = renderer.render(
                        prompt.getQuestion().getQuestion(),
                        prompt.getQuestion().getKind(),
                        prompt.getDocuments().stream().map(documents::get).toList());
                questions.add(new HeldOutQuestion(prompt.getQuestion(), tokens));
            }
        }
        return questions;
    }
}
