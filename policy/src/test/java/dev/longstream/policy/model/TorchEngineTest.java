package dev.longstream.policy.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The rules of {@link TorchEngine}. Those whose breach ends the process are checked in the source alone. */
class TorchEngineTest {
    @Test
    void shouldKeepConstantsWhenJavaMemoryIsCollected() {
        // Given
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray constant = TorchEngine.constant(manager, new float[] {3, 4}, 2);
            // When
            overwriteFreedMemory(2 * Float.BYTES);
            // Then
            assertThat(constant.toFloatArray()).containsExactly(3, 4);
        }
    }

    @Test
    void shouldNotHoldWeightsInJavaMemory() {
        // Given
        long before = directBytes();
        // When
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 1)) {
            long weights = model.config().parameters() * Float.BYTES;
            // Then
            // Java frees the buffers of the copy when their cleaners run.
            for (int attempt = 0; attempt < 100 && directBytes() - before >= weights / 2; attempt++) {
                collectGarbage();
            }
            assertThat(directBytes() - before).isLessThan(weights / 2);
        }
    }

    @Test
    void shouldNotRecordGradientsInANewThread() throws InterruptedException {
        // Given
        AtomicBoolean recordsBefore = new AtomicBoolean();
        AtomicBoolean recordsAfter = new AtomicBoolean(true);
        // When
        Thread thread = new Thread(() -> {
            recordsBefore.set(JniUtils.isGradMode());
            TorchEngine.newManager().close();
            recordsAfter.set(JniUtils.isGradMode());
        });
        TorchEngine.prepareThread();
        thread.start();
        thread.join();
        // Then
        assertThat(recordsBefore).as("the trap is still there").isTrue();
        assertThat(recordsAfter).isFalse();
    }

    @Test
    void shouldUseAsManyThreadsAsItWasTold() {
        try {
            TorchEngine.useThreads(2);
            TorchEngine.prepareThread();
            assertThat(JniUtils.getNumThreads()).isEqualTo(2);
        } finally {
            TorchEngine.useThreads(1);
            TorchEngine.prepareThread();
        }
        assertThat(JniUtils.getNumThreads()).isEqualTo(1);
    }

    @Test
    void shouldSwitchTheGraphOptimizerOff() {
        TorchEngine.prepareThread();
        assertThat(System.getProperty("ai.djl.pytorch.graph_optimizer")).isEqualTo("false");
    }

    @Test
    void shouldSayWhereAMethodDoesNotCompile() {
        assertThatThrownBy(
                        () -> TorchModule.compile("def f(self, x: Tensor) -> Tensor:\n  return torch.no_such_op(x)\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no_such_op");
    }

    @Test
    void shouldKeepAModuleAliveAsLongAsItIsUsed() {
        // Given
        try (TorchModule module =
                        TorchModule.compile("def twice(self, x: Tensor) -> Tensor:\n  return torch.add(x, x)\n");
                NDManager manager = TorchEngine.newManager()) {
            // When
            collectGarbage();
            // Then
            NDArray x = TorchEngine.constant(manager, new float[] {1}, 1);
            assertThat(module.run(manager, "twice", x).singletonOrThrow().toFloatArray())
                    .containsExactly(2);
        }
    }

    @Test
    void shouldNotCallWhatEndsTheProcessOrCutsGradients() throws IOException {
        Pattern forbidden = Pattern.compile("BFLOAT16|INT16|NDList\\.decode|NDList\\.encode|getGradientFunctionNames"
                + "|zeroGradients|\\.toType\\(|\\.toDevice\\(|clipGrad"
                + "|(?<!torch)\\.(mul|div|sub|pow)i?\\("); // an overload takes a Number
        List<String> found = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(path -> path.toString().endsWith(".java")).toList()) {
                String text = read(source);
                if (text.contains("ai.djl.ndarray")) {
                    forbidden
                            .matcher(text.replaceAll("(?m)^\\s*(\\*|//).*$", ""))
                            .results()
                            .forEach(match -> found.add(source.getFileName() + ": " + match.group()));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void shouldNotPinMethodsToADevice() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/resources"))) {
            for (Path source :
                    sources.filter(path -> path.toString().endsWith(".py")).toList()) {
                Pattern.compile("(?i)\"?(?<!_for_)(cpu|cuda)\\b|torch\\.device") // a kernel's name may say so
                        .matcher(read(source))
                        .results()
                        .forEach(match -> found.add(source.getFileName() + ": " + match.group()));
            }
        }
        assertThat(found).isEmpty();
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static void overwriteFreedMemory(int bytes) {
        collectGarbage();
        for (int i = 0; i < 200; i++) {
            ByteBuffer junk = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
            junk.putFloat(0, 777);
        }
    }

    private static void collectGarbage() {
        System.gc();
        try {
            Thread.sleep(20); // lets the cleaner free what was collected
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
