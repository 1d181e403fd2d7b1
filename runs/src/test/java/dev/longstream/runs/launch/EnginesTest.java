package dev.longstream.runs.launch;

import dev.longstream.engines.EngineConfig;
import dev.longstream.engines.EngineKind;
import dev.longstream.failure.WrongUseException;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EnginesTest {
    private static final EngineConfig TWO = new EngineConfig(
            EngineKind.VLLM,
            List.of("http://a:1", "http://b:1"),
            "policy",
            "KEY",
            Duration.ofMinutes(1),
            3,
            true,
            0.05);

    @Test
    void shouldGiveAWorkerTheEngineThatItNamesWithTheKey() {
        var access = Engines.access(TWO, "http://b:1", Map.of("KEY", "secret"));

        assertThat(access.url()).hasToString("http://b:1");
        assertThat(access.apiKey()).isEqualTo("secret");
    }

    @Test
    void shouldRefuseToChooseAmongSeveralEngines() {
        assertThatThrownBy(() -> Engines.access(TWO, null, Map.of("KEY", "secret")))
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("names 2 engines")
                .hasMessageContaining("--engine URL");
    }

    @Test
    void shouldRefuseAnEngineThatTheConfigurationDoesNotName() {
        assertThatThrownBy(() -> Engines.access(TWO, "http://c:1", Map.of("KEY", "secret")))
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("http://c:1, expected one of rollouts.engine.urls");
    }
}
