package dev.longstream.streams.curriculum;

import dev.longstream.record.Assignment;
import dev.longstream.record.Prompt;
import dev.longstream.record.SamplingSettings;
import dev.longstream.streams.curriculum.PromptPool.DrawnPrompt;

import java.time.Instant;

/** Builds an assignment's record. Pure. */
final class Assign {
    private Assign() {}

    /**
     * Builds the next assignment of a phase.
     *
     * @param progress progress before the assignment
     * @param at timestamp of the record that made room for it, ms since 1970
     */
    static Assignment of(
            DrawnPrompt drawn, int phaseIndex, CurriculumProgress progress, CurriculumConfig config, long at) {
        Prompt prompt = drawn.prompt();
        Phase phase = config.phases().get(phaseIndex);
        long ordinal = progress.totalAssigned();
        String groupId = prompt.getQuestion().getPromptId() + "@" + ordinal;
        return Assignment.newBuilder()
                .setGroupId(groupId)
                .setOrdinal(ordinal)
                .setQuestion(prompt.getQuestion())
                .setDocuments(prompt.getDocuments())
                .setPhase(phase.name())
                .setPhaseIndex(phaseIndex)
                .setSamples(config.groupSize())
                .setSampling(SamplingSettings.newBuilder()
                        .setTemperature(phase.sampling().temperature())
                        .setTopP(phase.sampling().topP())
                        .setTopK(phase.sampling().topK())
                        .setMaxTokens(phase.sampling().maxTokens())
                        .build())
                .setSeed(Seeds.of(config.seed(), "group", groupId))
                .setAdmittedVersion(progress.version())
                .setAdmittedAt(Instant.ofEpochMilli(at))
                .setRetrospective(drawn.retrospective())
                .build();
    }
}
