package dev.longstream.policy.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TorchSourceTest {
    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Path SOURCES = Path.of("src/main/java");
    private static final int MAX_ARGUMENTS = 8;

    static Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(RESOURCES)) {
            return all.filter(path -> path.toString().endsWith(".py")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldSayWhatEveryFunctionComputes(Path file) throws IOException {
        // Given
        List<String> lines = Files.readAllLines(file);
        // When
        List<Integer> bodies = bodies(lines);
        // Then
        assertThat(lines.get(0)).startsWith("# ");
        assertThat(bodies).isNotEmpty().allSatisfy(body -> assertThat(lines.get(body))
                .as("first line of the body, line %d", body + 1)
                .startsWith("    \"\"\""));
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldSayTheShapeOfEveryTensorThatAFunctionTakesOrReturns(Path file) throws IOException {
        // Given
        List<String> lines = Files.readAllLines(file);
        // When
        List<String> tensors = lines.stream()
                .filter(line -> line.matches("    \\w+: .*Tensor.*,( .*)?|(def .*)?\\) -> .*Tensor.*"))
                .toList();
        // Then
        assertThat(tensors).isNotEmpty().allSatisfy(line -> assertThat(line).contains("  # "));
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldTakeFewArguments(Path file) throws IOException {
        // Given
        List<String> lines = Files.readAllLines(file);
        // When
        List<Integer> bodies = bodies(lines);
        // Then
        assertThat(bodies).allSatisfy(body -> {
            int start = body - 1;
            while (!lines.get(start).startsWith("def ")) {
                start--;
            }
            String signature = String.join("\n", lines.subList(start, body)).replaceAll("#.*", "");
            assertThat(signature.split("\\w: ", -1).length - 1).isLessThanOrEqualTo(MAX_ARGUMENTS);
        });
    }

    /** Lines at which bodies of functions begin. */
    private static List<Integer> bodies(List<String> lines) {
        return Stream.iterate(0, line -> line < lines.size(), line -> line + 1)
                .filter(line -> lines.get(line).matches("(def .*)?\\)( -> .*)?:(  # .*)?"))
                .map(line -> line + 1)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldReadEveryFileThatShips(Path file) throws IOException {
        // Given
        Path classes = SOURCES.resolve(RESOURCES.relativize(file).getParent());
        // When
        try (Stream<Path> all = Files.list(classes)) {
            List<String> code =
                    all.filter(Files::isRegularFile).map(TorchSourceTest::read).toList();
            // Then
            assertThat(code).anySatisfy(text -> assertThat(text)
                    .contains('"' + file.getFileName().toString() + '"'));
        }
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldNameTheFileThatIsMissing() {
        assertThatThrownBy(() -> TorchSource.read(TorchSource.class, "no-such-file.py"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("dev/longstream/policy/model/no-such-file.py is missing on the class path");
    }

    @Test
    void shouldHandConstantsToMethods() {
        // Given
        TorchSource source = TorchSource.of(
                        """
                        def f(self, x: Tensor) -> Tensor:
                          if self.doubles:
                            x = x * 2
                          return (x * self.factor + self.offset).to(self.float64)
                        """)
                .with("doubles", true)
                .with("factor", 0.1)
                .with("offset", -5_000_000_000L);
        try (TorchModule module = TorchModule.compile(source);
                NDManager manager = TorchEngine.newManager()) {
            // When
            NDArray result = module.run(manager, "f", TorchEngine.constant(manager, new double[] {10}, 1))
                    .singletonOrThrow();
            // Then
            assertThat(result.toDoubleArray()).containsExactly(20 * 0.1 - 5e9);
        }
    }

    @Test
    void shouldNameTheConstantThatNobodySet() {
        // Given
        TorchSource source = TorchSource.of("def f(self) -> int:\n  return self.heads\n");
        // When
        // Then
        assertThatThrownBy(() -> TorchModule.compile(source))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("heads");
    }

    @Test
    void shouldRefuseTwoValuesOfOneConstant() {
        // Given
        TorchSource one = TorchSource.of("").with("heads", 4);
        TorchSource other = TorchSource.of("").with("heads", 5);
        // When
        // Then
        assertThatThrownBy(() -> one.and(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("heads is 5, was set to 4 before");
    }

    @Test
    void shouldRefuseAConstantOfAnotherType() {
        assertThatThrownBy(() -> new TorchSource("", Map.of("name", "value")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name is a java.lang.String");
    }

    @Test
    void shouldTakeListsOfListsAndOfNumbers() {
        // Given
        TorchSource source = TorchSource.of(
                """
                def f(self, lists: List[List[Tensor]], factors: List[float]) -> Tensor:
                  return lists[0][0] * factors[0] + lists[1][1] * factors[1]
                """);
        try (TorchModule module = TorchModule.compile(source);
                NDManager manager = TorchEngine.newManager()) {
            NDArray one = TorchEngine.constant(manager, new float[] {1}, 1);
            NDArray two = TorchEngine.constant(manager, new float[] {2}, 1);
            // When
            NDArray result = module.run(manager, "f", List.of(List.of(one), List.of(one, two)), new double[] {3, 0.5})
                    .singletonOrThrow();
            // Then
            assertThat(result.toFloatArray()).containsExactly(4);
        }
    }

    @Test
    void shouldMultiplyByMatricesAsStoredWhereTheyCannotBePacked() {
        // Given
        TorchSource source = TorchSource.read(TorchSource.class, "matrices_as_stored.py", "packed_matrices_probe.py");
        try (TorchModule module = TorchModule.compile(source);
                NDManager manager = TorchEngine.newManager()) {
            // When
            NDArray result =
                    module.run(manager, "probe", manager.ones(new Shape(2, 2))).singletonOrThrow();
            // Then
            assertThat(result.toFloatArray()).containsExactly(2, 2, 2, 2);
        }
    }
}
