package dev.longstream.producers.following;

import dev.longstream.failure.UnusableInputException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RunPathsTest {
    private final RunPaths paths = new RunPaths(Path.of("/data/runs/try"));

    @ParameterizedTest
    @CsvSource({
        "checkpoints/step-000012/model, checkpoints/step-000012/model",
        "documents/../documents/a.txt, documents/a.txt",
        "file:///data/runs/try/checkpoints/step-000012/model/, checkpoints/step-000012/model",
        "file:///data/runs/try/anything, anything",
        "file:///home/me/documents/runs/try/checkpoints/step-000012/model, checkpoints/step-000012/model",
        "file:///mnt/other/try/documents/a.txt, documents/a.txt",
        "file:///data/runs/source/documents/a.txt, documents/a.txt",
    })
    void shouldFindTheSamePlaceWhereverTheRunsFolderWas(String uri, String place) {
        assertThat(paths.resolve(uri, "A record")).isEqualTo(Path.of("/data/runs/try", place));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///home/a/.netrc",
                "/etc/passwd",
                "../other/checkpoints/step-000001/model",
                "checkpoints/../../../x",
                "file:///data/runs/try/../../secret",
                "http://elsewhere/checkpoints/step-000001/model",
                "//elsewhere/checkpoints/step-000001/model",
                "file:/data/runs/try",
                "%zz",
                ""
            })
    void shouldRefuseWhatIsOutsideTheRunsFolder(String uri) {
        assertThatThrownBy(() -> paths.resolve(uri, "The record of version 3 on try.weights"))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("The record of version 3 on try.weights names " + uri + ", expected")
                .hasMessageContaining("/data/runs/try");
    }
}
