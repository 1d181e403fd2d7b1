package dev.longstream.runs.watch;

import dev.longstream.record.Assignment;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class PipelineStateTest {
    private final PipelineState state = new PipelineState(1);

    @Test
    void shouldFollowTheOldestGroupFromStageToStage() {
        state.assigned(assignment("p@0"), 0);
        state.assigned(assignment("q@1"), 0);
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

        state.batch(0, List.of("p@0"));
        assertThat(state.describe()).isEqualTo("trainer: 0 of 1 batches are trained; batch 0 is next");

        state.step(1);
        assertThat(state.describe()).startsWith("curriculum: all 2 assignments are finished");
        assertThat(state.drained()).isTrue();
    }

    @Test
    void shouldCountARepeatedSampleOnce() {
        state.assigned(assignment("p@0"), 0);
        state.sampled("p@0", 0);
        state.sampled("p@0", 0);

        assertThat(state.describe()).contains("has 1 of 2 trajectories");
    }

    private static Assignment assignment(String groupId) {
        return Records.assignment(groupId).build();
    }
}
