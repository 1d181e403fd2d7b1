package dev.longstream.runs.launch;

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
                .isEqualTo(Map.of(0L, "after-warm-up", 5L, "end of short", 10L, "after-rl"));
    }
}
