package dev.longstream.runs.config;

import dev.longstream.config.ConfigurationException;
import dev.longstream.failure.WrongUseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WeightsSectionTest {
    @ParameterizedTest
    @CsvSource({"127.0.0.1:8090, 127.0.0.1, 8090", "localhost:0, localhost, 0", "[::1]:8090, ::1, 8090"})
    void shouldServeThisHostWithoutAKey(String serve, String host, int port) {
        assertThat(new WeightsSection(serve, null, WeightsType.FLOAT32, true, null, null).listen())
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
        assertThatThrownBy(() -> new WeightsSection(serve, from, WeightsType.FLOAT32, true, null, variable))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource({
        ", , , bfloat16, true, false", // each process reads the run's folder
        "localhost:0, , , bfloat16, true, true",
        ", http://trainer:8090, , bfloat16, true, true",
        ", , /copies, bfloat16, true, true",
        "localhost:0, , , bfloat16, false, false",
        "localhost:0, , /copies, float32, true, false"
    })
    void shouldWriteDeltasWhereSomebodyKeepsCopies(
            String serve, String from, Path cache, String type, boolean deltas, boolean written) {
        WeightsSection section = new WeightsSection(
                serve, from, WeightsType.valueOf(type.toUpperCase(Locale.ROOT)), deltas, cache, null);
        assertThat(section.announced().hasDeltas()).isEqualTo(written);
    }

    @Test
    void shouldKeepCopiesOfEachRunInAFolderOfItsOwn() {
        assertThat(copies()).isEmpty();
        assertThat(copies("weights.from=http://trainer:8090")).contains(Path.of("runs/try/fetched"));
        assertThat(copies("weights.cache=/copies")).contains(Path.of("/copies/try"));
        assertThat(copies("weights.from=http://trainer:8090", "weights.cache=/copies"))
                .contains(Path.of("/copies/try"));
    }

    private static Optional<Path> copies(String... settings) {
        ConfigurationLoader loader = new ConfigurationLoader().set("run=try").set("dir=runs");
        for (String setting : settings) {
            loader.set(setting);
        }
        RunConfig config = loader.load().config();
        return config.weights().copies(config);
    }

    @Test
    void shouldLetTransportChangeBetweenStarts() {
        String first = new ConfigurationLoader().load().printed();

        assertThat(new ConfigurationLoader()
                        .set("weights.deltas=false")
                        .set("weights.cache=/copies")
                        .load()
                        .differencesFrom(first))
                .isEmpty();
    }

    @Test
    void shouldReadTheKeyFromTheEnvironment() {
        WeightsSection section =
                new WeightsSection("0.0.0.0:8090", "https://trainer:8090", WeightsType.BFLOAT16, true, null, "RUN_KEY");
        assertThat(section.key(Map.of("RUN_KEY", "secret"))).isEqualTo("secret");
        assertThatThrownBy(() -> section.key(Map.of()))
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("RUN_KEY");
    }
}
