package dev.longstream.runs.watch;

import dev.longstream.record.AnswerKind;
import dev.longstream.record.Assignment;
import dev.longstream.record.Question;
import dev.longstream.record.SamplingSettings;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class PipelineStateTest {
    private final PipelineState state = new PipelineState(1);

    @Test
    void shouldFollowTheOldestGroupFromStageToStage() {
        state.assigned(assignment("p@0", 0));
        state.assigned(assignment("q@1", 1));
        state.sampled("p@0", 0);
        assertThat(state.describe()).isEqualTo("rollouts: group p@0 (ordinal 0) has 1 of 2 trajectories");

        state.sampled("p@0", 1);
        state.scored("p@0", 0);
        assertThat(state.describe()).isEqualTo("scoring: group p@0 (ordinal 0) has 1 of 2 trajectories scored");

        state.scored("p@0", 1);
        assertThat(state.describe()).startsWith("grouping: group p@0");

        state.grouped("p@0", true);
        assertThat(state.describe()).startsWith("rollouts: group q@1");

        state.grouped("q@1", false);
        assertThat(state.describe()).startsWith("batching: 1 groups wait");
        assertThat(state.drained()).isFalse();

        state.batch(List.of("p@0"));
        assertThat(state.describe()).isEqualTo("trainer: 0 of 1 batches are trained; batch 0 is next");

        state.step();
        assertThat(state.describe()).startsWith("curriculum: all 2 assignments are finished");
        assertThat(state.drained()).isTrue();
    }

    @Test
    void shouldCountARepeatedSampleOnce() {
        state.assigned(assignment("p@0", 0));
        state.sampled("p@0", 0);
        state.sampled("p@0", 0);

        assertThat(state.describe()).contains("has 1 of 2 trajectories");
    }

    private static Assignment assignment(String groupId, long ordinal) {
        return Assignment.newBuilder()
                .setGroupId(groupId)
                .setOrdinal(ordinal)
                .setQuestion(Question.newBuilder()
                        .setPromptId("p")
                        .setTask("t")
                        .setKind(AnswerKind.NUMBER)
                        .setQuestion("?")
                        .setGolds(List.of("1"))
                        .setInputTokens(3)
                        .build())
                .setDocuments(List.of())
                .setPhase("one")
                .setPhaseIndex(0)
                .setSamples(2)
                .setSampling(new SamplingSettings(1f, 1f, 0, 8))
                .setSeed(1)
                .setAdmittedVersion(0)
                .setAdmittedAt(Instant.EPOCH)
                .build();
    }
}
