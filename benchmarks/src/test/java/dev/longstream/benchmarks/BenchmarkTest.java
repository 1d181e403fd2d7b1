package dev.longstream.benchmarks;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.roofline.Roofline;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class BenchmarkTest {
    /** 2 layers of 2 heads of 4 on hidden size 8, MLP 16, vocabulary 32. */
    private static final ModelConfig MODEL = ModelConfig.llama(32, 8, 2, 2, 1, 4, 16, 64);

    private static final Shape SHAPE = new Shape(5, 2, 3);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void shouldTimeUsAndThePeersInTurn(Benchmark benchmark) throws IOException {
        // Given
        Path model = writtenModel();
        Peers peer = new Peers(
                command(
                        """
                echo "loading"
                echo '{"what": "step", "peer": "other 1.0", "seconds": 2.5, "peak_mib": 3}'
                """),
                "step",
                model,
                "f32",
                List.of());
        List<String> said = new ArrayList<>();
        // When
        Figures figures = benchmark.measure(model, SHAPE, List.of(peer), 2, 0, false, said::add);
        // Then
        assertThat(figures.entries()).extracting(Figures.Figure::name).containsExactly("Longstream", "other 1.0");
        assertThat(figures.entries())
                .allSatisfy(entry -> assertThat(entry.seconds()).hasSize(2));
        assertThat(figures.entries().get(1).peakMemoryBytes()).isEqualTo(3 << 20);
        assertThat(figures.machine().f32FlopsPerSecond()).isPositive();
        assertThat(said).containsSubsequence("run 1 of 2", "run 1 of 2, step", "run 2 of 2", "run 2 of 2, step");
    }

    @Test
    void shouldCountTheWorkOfAStepAndOfSampling() {
        // Given
        // Each layer has q 8·8, k and v 4·8, o 8·8, and three matrices of 16·8 in the MLP.
        double matrices = 2 * (64 + 2 * 32 + 64 + 3 * 128);
        double head = 32 * 8;
        double pair = 2 * 2 * 4 * 2; // layers · heads · head size, a product for the score and one for the value
        // Then
        double read = 5 * 2 * matrices + (1 + 2 + 3 + 4 + 5) * 2 * pair;
        assertThat(Work.prefill(MODEL, 5).flops()).isEqualTo(read);
        double answers = 6 * 2 * (matrices + head) + 2 * (6 + 7 + 8) * 2 * pair;
        assertThat(Work.sampling(MODEL, SHAPE).flops()).isEqualTo(read + answers);
        assertThat(Work.step(MODEL, SHAPE).flops()).isCloseTo(3 * (read + answers), within(1e-6));
        // Two questions of 32 tokens on a document of 5, two answers of 3 tokens to each
        double tokens = 5 + 2 * 32 + 12;
        double pairs = 15 + 2 * (32 * 5 + 32 * 33 / 2) + 4 * (3 * 37 + 6);
        assertThat(Work.step(MODEL, new Shape(5, 2, 3, 2)).flops())
                .isCloseTo(3 * (tokens * 2 * matrices + pairs * 2 * pair + 12 * 2 * head), within(1e-6));
    }

    @Test
    void shouldTakeTheSlowerOfArithmeticAndMemoryForEachPart() {
        Work work = new Work(List.of(new Work.WorkPart(100, 1), new Work.WorkPart(10, 60)));
        Roofline machine = new Roofline(50, null, 20);
        assertThat(work.bestSeconds(machine, 50)).isEqualTo(2 + 3);
        Figures figures = new Figures(
                "step",
                SHAPE,
                machine,
                ComputeType.FLOAT32,
                work,
                List.of(
                        new Figures.Figure("a", List.of(30.0, 10.0, 11.0), 0),
                        new Figures.Figure("b", List.of(20.0, 24.0), 0)));
        assertThat(figures.utilisation(figures.ours())).isCloseTo(5.0 / 11, within(1e-12));
        assertThat(figures.timesOurs(figures.entries().get(1))).isEqualTo(2);
        Figures rounded =
                new Figures("step", SHAPE, new Roofline(50, 200.0, 20), ComputeType.BFLOAT16, work, figures.entries());
        assertThat(rounded.bestSeconds()).isEqualTo(0.5 + 3);
    }

    @Test
    void shouldGiveThePeerTheShape() throws IOException {
        Peers peer = new Peers(command("true"), "sample", Path.of("m"), "bf16", List.of("--checkpointing"));
        assertThat(String.join(" ", peer.arguments(new Shape(2048, 8, 128))))
                .endsWith(
                        "sample m --prompt 2048 --answers 8 --answer-length 128 --dtype bf16 --repeat 1 --checkpointing");
    }

    @Test
    void shouldSayWhatIsWrongWithAPeer() throws IOException {
        assertThatThrownBy(() -> new Peers(folder.resolve("none"), "step", folder, "f32", List.of()))
                .hasMessageContaining("is missing or not executable");
        assertThatThrownBy(() -> new Peers(command("exit 3"), "step", folder, "f32", List.of()).run(SHAPE))
                .hasMessageContaining("ended with exit code 3");
        assertThatThrownBy(() -> Peers.Report.of("done")).hasMessageContaining("ends with 'done'");
        assertThatThrownBy(() -> Peers.Report.of("{}"))
                .hasMessageContaining("expected an object with peer and seconds");
    }

    @Test
    void shouldTimeAStepThatIsLongerThanTheModelIsMeantForAndSaySo() {
        List<String> said = new ArrayList<>();
        Figures figures =
                Benchmark.STEP.measure(writtenModel(), new Shape(63, 1, 2), List.of(), 1, 0, false, said::add);
        assertThat(figures.ours().seconds()).hasSize(1);
        assertThat(said).anySatisfy(line -> assertThat(line).contains("the model has 64 positions"));
    }

    @Test
    void shouldRefuseToSampleBeyondTheModelsPositions() {
        Path model = writtenModel();
        assertThatThrownBy(
                        () -> Benchmark.SAMPLE.measure(model, new Shape(63, 1, 2), List.of(), 1, 0, false, said -> {}))
                .hasMessageContaining("the model has 64 positions");
    }

    private Path command(String script) throws IOException {
        Path file = folder.resolve("peer-" + script.hashCode());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private Path writtenModel() {
        MODEL.write(folder.resolve("config.json"));
        List<NamedTensor> tensors = new ArrayList<>();
        for (TensorSpec spec : MODEL.tensors()) {
            float[] values = new float[Math.toIntExact(spec.size())];
            Arrays.fill(values, 0.1f);
            tensors.add(new NamedTensor(spec.name(), spec.shape(), () -> FloatBuffer.wrap(values)));
        }
        SafeTensors.write(folder.resolve("model.safetensors"), tensors, DType.F32);
        return folder;
    }
}
