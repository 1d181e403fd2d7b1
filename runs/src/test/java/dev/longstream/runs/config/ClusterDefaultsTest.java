package dev.longstream.runs.config;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ClusterDefaultsTest {
    private static final String BOOTSTRAP = "log.bootstrap=broker:9092";
    private static final String REGISTRY = "log.registry=http://registry:8081";

    @TempDir
    Path folder;

    @Test
    void shouldShowMorePartitionsAndAStandbyOnACluster() {
        ResolvedConfig inOneProcess = load();
        ResolvedConfig onACluster = load(BOOTSTRAP, REGISTRY);

        assertThat(inOneProcess.config().log().partitions()).isEqualTo(2);
        assertThat(inOneProcess.config().streams().standbyReplicas()).isZero();
        assertThat(onACluster.printed()).contains("partitions: 8", "standby-replicas: 1", "min-in-sync: null");
    }

    @Test
    void shouldTakeWhatIsGiven() {
        ResolvedConfig given = load(BOOTSTRAP, REGISTRY, "log.partitions=3", "streams.standby-replicas=0");

        assertThat(given.config().log().partitions()).isEqualTo(3);
        assertThat(given.config().streams().standbyReplicas()).isZero();
    }

    @Test
    void shouldKeepThePartitionsThatARunBeganWith() throws IOException {
        // Given
        Path run = Files.createDirectories(folder.resolve("begun"));
        Files.writeString(run.resolve("config.yaml"), "log:\n  partitions: 2\n");
        // When
        ResolvedConfig later = load(BOOTSTRAP, REGISTRY, "run=begun", "dir=" + folder);
        // Then
        assertThat(later.config().log().partitions()).isEqualTo(2);
    }

    @Test
    void shouldLetStateAndCopiesChangeBetweenStarts() {
        String first = load(BOOTSTRAP, REGISTRY).printed();

        assertThat(load(BOOTSTRAP, REGISTRY, "streams.dir=/state", "log.replicas=2", "log.min-in-sync=1")
                        .differencesFrom(first))
                .isEmpty();
    }

    @Test
    void shouldRefuseMoreCopiesInSyncThanCopies() {
        assertThatThrownBy(() -> load("log.replicas=1", "log.min-in-sync=2"))
                .hasMessageContaining("log.min-in-sync is 2, must be at most log.replicas (1)");
    }

    private static ResolvedConfig load(String... settings) {
        ConfigurationLoader loader = new ConfigurationLoader();
        for (String setting : settings) {
            loader.set(setting);
        }
        return loader.load();
    }
}
