package dev.longstream.evaluation;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.producers.following.Documents;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.record.Prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the questions of a run that are never trained on from the log. */
public final class HeldOutSet {
    /** Split of the questions that a run is reported by. */
    public static final String SPLIT = "held-out";

    /** Split of the questions that a run may be steered by: ends of phases, choice of a checkpoint. */
    public static final String VALIDATION = "validation";

    private HeldOutSet() {}

    /**
     * Returns the questions of a split in ascending order of their prompt id, rendered for one policy.
     *
     * @param documents documents of the run, read by this thread
     * @param split {@link #SPLIT} or {@link #VALIDATION}
     */
    public static List<HeldOutQuestion> read(EventLog log, Documents documents, String split, PromptRenderer renderer) {
        Map<String, Prompt> prompts = new TreeMap<>();
        TopicReader.readAll(log, log.topics().prompts(), record -> {
            if (record.value().getSplit().equals(split)) {
                prompts.put(record.key(), record.value());
            }
        });
        List<HeldOutQuestion> questions = new ArrayList<>();
        for (Prompt prompt : prompts.values()) {
            int[] tokens = renderer.render(
                    prompt.getQuestion().getQuestion(),
                    prompt.getQuestion().getKind(),
                    prompt.getDocuments().stream().map(documents::get).toList());
            questions.add(new HeldOutQuestion(prompt.getQuestion(), tokens));
        }
        return questions;
    }
}
