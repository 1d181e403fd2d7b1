package dev.longstream.policy.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

class MemoryShortageTest {
    /** More than a process can address. */
    private static final long FLOATS = 1L << 46;

    @Test
    void shouldSayWhatPyTorchCouldNotAllocate() {
        try (NDManager manager = TorchEngine.newManager()) {
            Throwable failure = catchThrowable(() -> manager.zeros(new Shape(FLOATS)));
            assertThat(MemoryShortage.in(new IllegalStateException("a step failed", failure)))
                    .contains("PyTorch could not allocate 281474976710656 bytes");
        }
    }

    @Test
    void shouldFindItInATracebackOfTorchScript() {
        Throwable failure;
        try (TorchModule module = TorchModule.compile(
                """
                def fill(self: __torch__.Policy, count: int) -> int:
                  x = torch.zeros([count], dtype=6, layout=None, device=None, pin_memory=None)
                  return torch.size(x, 0)
                """)) {
            failure = catchThrowable(() -> module.call("fill", FLOATS));
        }
        assertThat(failure).hasMessageContaining("Traceback");
        assertThat(MemoryShortage.of(failure)).contains("PyTorch could not allocate 281474976710656 bytes");
    }

    @Test
    void shouldKnowTheWordsOfAGraphicsProcessorAndOfJava() {
        assertThat(MemoryShortage.of(new EngineException("CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has")))
                .contains("PyTorch could not allocate 2.50 GiB");
        assertThat(MemoryShortage.of(new EngineException("std::bad_alloc")))
                .contains("PyTorch could not allocate what it needed");
        assertThat(MemoryShortage.in(new RuntimeException(new OutOfMemoryError("Direct buffer memory"))))
                .contains("Java has none left (Direct buffer memory)");
    }

    @Test
    void shouldTakeNothingElseForIt() {
        assertThat(MemoryShortage.in(new EngineException("Expected size 3 but got size 4")))
                .isEmpty();
        assertThat(MemoryShortage.in(new IllegalStateException("the judge said: out of memory")))
                .isEmpty();
        assertThat(MemoryShortage.in(new IllegalStateException())).isEmpty();
    }
}
