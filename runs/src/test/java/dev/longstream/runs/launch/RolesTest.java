package dev.longstream.runs.launch;

import dev.longstream.evaluation.WantedEvaluation;
import dev.longstream.producers.rollouts.RolloutConfig;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.RunConfig;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RolesTest {
    @Test
    void shouldEvaluateTheStartTheEndOfEachPhaseAndTheLastVersion() {
        RunConfig config = new ConfigurationLoader().set("steps=10").load().config();

        assertThat(Roles.evaluatedVersions(config))
                .isEqualTo(Map.of(
                        0L, new WantedEvaluation("after-warm-up", "held-out"),
                        5L, new WantedEvaluation("end of short", "held-out"),
                        10L, new WantedEvaluation("after-rl", "held-out")));
    }

    @Test
    void shouldSteerByTheValidationQuestionsWhereThereAreSome() {
        RunConfig config = new ConfigurationLoader()
                .set("steps=10")
                .set("evaluation.every=4")
                .set("prompts.validation=[{generate: {count: 3}}]")
                .load()
                .config();

        assertThat(Roles.evaluatedVersions(config).get(4L)).isEqualTo(new WantedEvaluation("version 4", "validation"));
        assertThat(Roles.evaluatedVersions(config).get(10L)).isEqualTo(new WantedEvaluation("after-rl", "held-out"));
        assertThat(Roles.curriculumConfig(config).steeringSplit()).isEqualTo("validation");
    }

    @Test
    void shouldKeepNoMoreDocumentsThanFitInAQuarterOfTheHeap() {
        // Given
        RunConfig config =
                new ConfigurationLoader().set("rollouts.workers=2").load().config();
        // When
        RolloutConfig limits = Roles.fitting(config.rollouts(), 512L << 20);
        // Then
        assertThat(limits.documentCharacters()).isEqualTo(32L << 20);
        assertThat(Roles.fitting(config.rollouts(), 8L << 30))
                .isEqualTo(config.rollouts().worker());
    }

    @Test
    void shouldRefuseACacheOfDocumentsThatWasChosenAndDoesNotFit() {
        RunConfig config = new ConfigurationLoader()
                .set("rollouts.worker.document-characters=100000000")
                .load()
                .config();

        assertThatThrownBy(() -> Roles.fitting(config.rollouts(), 512L << 20))
                .hasMessageContainingAll("document-characters is 100000000", "at most 67108864", "LONGSTREAM_HEAP");
    }
}
