package dev.longstream.runs.config;

import dev.longstream.config.ConfigurationException;
import dev.longstream.failure.WrongUseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WeightsSectionTest {
    @ParameterizedTest
    @CsvSource({"127.0.0.1:8090, 127.0.0.1, 8090", "localhost:0, localhost, 0", "[::1]:8090, ::1, 8090"})
    void shouldServeThisHostWithoutAKey(String serve, String host, int port) {
        assertThat(new WeightsSection(serve, null, WeightsType.FLOAT32, null).listen())
                .contains(new WeightsSection.Listen(host, port));
    }

    @ParameterizedTest
    @CsvSource({
        "8090, , , must be HOST:PORT",
        "trainer:80900, , KEY, must be HOST:PORT",
        "0.0.0.0:8090, , , key-variable is not set",
        ", trainer:8090, , must be an address such as",
        ", file:///outputs, , must be an address such as",
        ", http://user:secret@trainer:8090, , must be an address such as"
    })
    void shouldRefuseWhatCannotBeAnAddress(String serve, String from, String variable, String problem) {
        assertThatThrownBy(() -> new WeightsSection(serve, from, WeightsType.FLOAT32, variable))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void shouldReadTheKeyFromTheEnvironment() {
        WeightsSection section =
                new WeightsSection("0.0.0.0:8090", "https://trainer:8090", WeightsType.BFLOAT16, "RUN_KEY");
        assertThat(section.key(Map.of("RUN_KEY", "secret"))).isEqualTo("secret");
        assertThatThrownBy(() -> section.key(Map.of()))
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("RUN_KEY");
    }
}
