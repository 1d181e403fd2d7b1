package dev.longstream.trainer.remote;

import dev.longstream.policy.folder.NewAdapter;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.training.AnswerScores;
import dev.longstream.trainer.learner.ModelLearners;
import dev.longstream.trainer.learner.TinyPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** The learner in PyTorch beside the embedded one. Needs LONGSTREAM_TORCH_PYTHON, a Python with PyTorch and transformers. */
@Timeout(120)
class TorchLearnerTest {
    private static final Pattern LISTENING = Pattern.compile("learner on (http://127\\.0\\.0\\.1:\\d+)");

    @TempDir
    private Path temporary;

    private @Nullable Process process;

    @BeforeEach
    void findPython() {
        Assumptions.assumeTrue(
                System.getenv("LONGSTREAM_TORCH_PYTHON") != null,
                "LONGSTREAM_TORCH_PYTHON names no Python with PyTorch and transformers");
    }

    @Test
    void shouldTrainLikeTheEmbeddedLearner() throws IOException {
        // Given
        Path start = TinyPolicy.write(temporary.resolve("start"));
        List<Object> embedded = RemoteLearnersTest.trained(new ModelLearners(), start, temporary.resolve("embedded"));
        // When
        LearnerAddress address = new LearnerAddress(served(), null, Duration.ofMinutes(1), "test");
        List<Object> torch = RemoteLearnersTest.trained(new RemoteLearners(address), start, temporary.resolve("torch"));
        // Then
        assertClose(torch, embedded);
        for (String file : List.of("model/model.safetensors", "last.safetensors", "moments.safetensors")) {
            assertClose(
                    temporary.resolve("torch").resolve(file),
                    temporary.resolve("embedded").resolve(file));
        }
        assertThat(temporary.resolve("torch/model/config.json"))
                .hasSameTextualContentAs(temporary.resolve("embedded/model/config.json"));
    }

    @Test
    void shouldTrainAnAdapterLikeTheEmbeddedLearner() throws IOException {
        // Given
        Path start = TinyPolicy.write(temporary.resolve("start"));
        Optional<NewAdapter> adapter = Optional.of(RemoteLearnersTest.ADAPTER);
        List<Object> embedded =
                RemoteLearnersTest.adapted(new ModelLearners(64, adapter), start, temporary.resolve("embedded"));
        // When
        LearnerAddress address = new LearnerAddress(served(), null, Duration.ofMinutes(1), "test");
        List<Object> torch =
                RemoteLearnersTest.adapted(new RemoteLearners(address, adapter), start, temporary.resolve("torch"));
        // Then
        assertClose(torch, embedded);
        for (String file : List.of("2/model/adapter_model.safetensors", "2/moments.safetensors")) {
            assertClose(
                    temporary.resolve("torch").resolve(file),
                    temporary.resolve("embedded").resolve(file));
        }
        assertThat(temporary.resolve("torch/2/model/adapter_config.json"))
                .hasSameTextualContentAs(temporary.resolve("embedded/2/model/adapter_config.json"));
    }

    /** Starts the service and returns its address. */
    private URI served() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                System.getenv("LONGSTREAM_TORCH_PYTHON"), "-m", "longstream_torch", "--port", "0", "--device", "cpu");
        builder.environment()
                .put(
                        "PYTHONPATH",
                        Path.of("../integrations/torch/src").toAbsolutePath().toString());
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.redirectErrorStream(true);
        process = builder.start();
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher listening = LISTENING.matcher(line);
            if (listening.find()) {
                return URI.create(listening.group(1));
            }
        }
        throw new AssertionError("the learner ended before it listened");
    }

    @AfterEach
    void stop() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private static void assertClose(List<Object> found, List<Object> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i) instanceof AnswerScores scores) {
                assertClose(scores.logProbs(), ((AnswerScores) expected.get(i)).logProbs());
                assertClose(scores.entropies(), ((AnswerScores) expected.get(i)).entropies());
            } else if (found.get(i) instanceof Double norm) {
                assertThat(norm).isCloseTo((Double) expected.get(i), within(1e-3));
            }
        }
    }

    private static void assertClose(float[][][] found, float[][][] expected) {
        for (int p = 0; p < expected.length; p++) {
            for (int a = 0; a < expected[p].length; a++) {
                assertThat(found[p][a]).containsExactly(expected[p][a], within(1e-3f));
            }
        }
    }

    /** Compares two files with the same tensors in the same order. */
    private static void assertClose(Path found, Path expected) {
        try (SafeTensors one = SafeTensors.open(found);
                SafeTensors other = SafeTensors.open(expected)) {
            assertThat(one.names()).containsExactlyElementsOf(other.names());
            for (String name : other.names()) {
                assertThat(one.floats(name)).as(name).containsExactly(other.floats(name), within(1e-3f));
            }
        }
    }
}
