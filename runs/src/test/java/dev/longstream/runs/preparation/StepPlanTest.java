package dev.longstream.runs.preparation;

import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.runs.config.RunConfig;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StepPlanTest {
    @Test
    void shouldComputeNothingTwiceWhereItFits() {
        StepPlan plan = StepPlan.of(RunConfig.DEFAULT, model(128, 2), ComputeType.FLOAT32, 2048);
        plan.check();
        assertThat(plan.keptLayers()).isEqualTo(2);
        assertThat(plan.tokens()).isEqualTo(RunConfig.DEFAULT.trainer().microBatchTokens());
        assertThat(plan).asString().endsWith("of 2048 MiB, recomputing no layer; matrix products are in float32");
    }

    @Test
    void shouldKeepAsManyLayersAsFit() {
        StepPlan plan = StepPlan.of(RunConfig.DEFAULT, model(512, 4), ComputeType.FLOAT32, 900);
        plan.check();
        assertThat(plan.keptLayers()).isBetween(1, 3);
        assertThat(plan).asString().contains("of 4 layers");
    }

    @Test
    void shouldRefuseWhatCannotFitAndNameWhatWouldMakeItFit() {
        StepPlan plan = StepPlan.of(RunConfig.DEFAULT, model(2048, 24), ComputeType.FLOAT32, 4096);
        assertThat(plan.keptLayers()).isZero();
        assertThatThrownBy(plan::check)
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("trainer.memory-mebibytes allows 4096; set it to " + plan.mebibytes())
                .hasMessageContaining("trainer.micro-batch-tokens");
    }

    private static ModelConfig model(int hidden, int layers) {
        return ModelConfig.llama(262, hidden, layers, 4, 4, hidden / 4, 3 * hidden, 2048);
    }
}
