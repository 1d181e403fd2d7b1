package dev.longstream.runs.launch;

import dev.longstream.evaluation.WantedEvaluation;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.RunConfig;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

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
}
