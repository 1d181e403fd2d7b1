package dev.longstream.runs.preparation;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.RunConfig;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DiskPlanTest {
    private static final ModelConfig MODEL = ModelConfig.llama(262, 64, 2, 4, 4, 16, 192, 2048);

    @Test
    void shouldCountWhatOthersReadBesideWeightsAndMoments() {
        assertThat(bytesPerParameter()).isEqualTo(12);
        assertThat(bytesPerParameter("weights.type=bfloat16")).isEqualTo(14);
        assertThat(bytesPerParameter("weights.type=bfloat16", "weights.serve=localhost:0"))
                .isEqualTo(16);
        assertThat(bytesPerParameter("weights.type=bfloat16", "weights.serve=localhost:0", "weights.deltas=false"))
                .isEqualTo(14);
    }

    @Test
    void shouldCountAnAdapterInEachCheckpointAndTheBaseOnce() {
        DiskPlan whole = DiskPlan.of(new ConfigurationLoader().load().config(), MODEL);
        RunConfig config =
                new ConfigurationLoader().set("trainer.adapter.rank=1").load().config();
        long adapter = config.trainer().adapterShape().orElseThrow().parameters(MODEL);
        // When
        DiskPlan plan = DiskPlan.of(config, MODEL);
        // Then
        assertThat(adapter).isEqualTo(2 * 2 * (64 + 64));
        assertThat(plan.checkpointBytes()).isEqualTo(12 * adapter);
        assertThat(plan.checkpointsBytes())
                .isGreaterThan(4 * MODEL.parameters())
                .isLessThan(whole.checkpointsBytes() / 5);
        assertThat(plan.logBytes()).isEqualTo(whole.logBytes());
    }

    private static long bytesPerParameter(String... settings) {
        ConfigurationLoader loader = new ConfigurationLoader();
        for (String setting : settings) {
            loader.set(setting);
        }
        DiskPlan plan = DiskPlan.of(loader.load().config(), MODEL);
        return plan.checkpointBytes() / MODEL.parameters();
    }
}
