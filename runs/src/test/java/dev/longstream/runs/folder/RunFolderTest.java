package dev.longstream.runs.folder;

import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.failure.RunFolderConflictException;
import dev.longstream.runs.failure.RunFolderInUseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RunFolderTest {
    @TempDir
    Path folder;

    @Test
    void shouldGoOnInAFolderOfTheSameConfiguration() {
        claim(config());

        try (RunFolder again = RunFolder.open(config())) {
            assertThat(again.path().resolve("config.yaml")).exists();
        }
    }

    @Test
    void shouldTakeAnotherConfigurationWhenTheFirstStartFailedBeforeItClaimedTheFolder() {
        RunFolder.open(config()).close();

        claim(config("seed=9"));

        assertThat(folder.resolve("quickstart/config.yaml")).content().contains("seed: 9");
    }

    @Test
    void shouldRefuseAFolderOfAnotherConfigurationAndNameTheKeys() {
        claim(config());

        assertThatThrownBy(() -> RunFolder.open(config("batch-size=3", "seed=9")))
                .isInstanceOf(RunFolderConflictException.class)
                .hasMessageContainingAll("batch-size: was 16, now 3", "seed: was 1, now 9", "--run");
    }

    @Test
    void shouldGoOnUnderTheFirstDigestWhenTheFolderIsOfAReleaseWithFewerKeys() throws IOException {
        // Given
        claim(config());
        Path file = folder.resolve("quickstart/config.yaml");
        String older = Files.readString(file)
                .replaceFirst("(?m)^max-staleness: 1\n", "")
                .replaceFirst("(?m)^ +kl-every: 1\n", "");
        assertThat(older.lines().count()).isEqualTo(Files.readAllLines(file).size() - 2);
        Files.writeString(file, older);
        // When
        String firstDigest;
        try (RunFolder again = RunFolder.open(config())) {
            firstDigest = again.resolved().digest();
        }
        // Then
        assertThat(firstDigest).isNotEqualTo(config().digest());
        try (RunFolder later = RunFolder.open(config("stall-after=1m"))) {
            assertThat(later.resolved().digest()).isEqualTo(firstDigest);
        }
        assertThatThrownBy(() -> RunFolder.open(config("max-staleness=2")))
                .isInstanceOf(RunFolderConflictException.class)
                .hasMessageContaining("max-staleness: was 1, now 2");
    }

    @Test
    void shouldKeepTheDigestOfItsFirstStart() {
        // Given
        claim(config());
        // When
        try (RunFolder again = RunFolder.open(config("stall-after=1m"))) {
            // Then
            assertThat(again.resolved().digest()).isEqualTo(config().digest());
        }
    }

    @Test
    void shouldRefuseAFolderThatIsInUse() {
        try (RunFolder taken = RunFolder.open(config())) {
            assertThatThrownBy(() -> RunFolder.open(config()))
                    .isInstanceOf(RunFolderInUseException.class)
                    .hasMessageContaining(taken.path().toString());
        }
    }

    private static void claim(ResolvedConfig config) {
        try (RunFolder run = RunFolder.open(config)) {
            run.claim();
        }
    }

    private ResolvedConfig config(String... assignments) {
        ConfigurationLoader loader = new ConfigurationLoader().set("dir=" + folder);
        List.of(assignments).forEach(loader::set);
        return loader.load();
    }
}
