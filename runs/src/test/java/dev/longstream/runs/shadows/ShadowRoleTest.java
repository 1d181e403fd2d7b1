package dev.longstream.runs.shadows;

import dev.longstream.log.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class ShadowRoleTest {
    private static final int PATIENCE_SECONDS = 50;

    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final BlockingQueue<Part> begun = new LinkedBlockingQueue<>();

    /** A part that works until it is told to fail. */
    private static final class Part implements Role {
        final CountDownLatch closed = new CountDownLatch(1);
        volatile Throwable failure;

        @Override
        public String name() {
            return "part";
        }

        @Override
        public void start() {}

        @Override
        public boolean finished() {
            return false;
        }

        @Override
        public Optional<Throwable> failure() {
            return Optional.ofNullable(failure);
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    void shouldSayWhyItStandsStillAndBeginAgainWithoutFailing() throws InterruptedException {
        try (ShadowRole role = role(this::newPart)) {
            // Given
            role.start();
            Part first = awaited(begun);
            // When
            first.failure = new IllegalStateException("the disk is gone");
            Part second = awaited(begun);
            // Then
            assertThat(awaited(said)).contains("The shadow strict stands still", "the disk is gone");
            assertThat(first.closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(second.failure()).isEmpty();
            assertThat(role.failure()).isEmpty();
            assertThat(role.finished()).isFalse();
        }
    }

    @Test
    void shouldSayTheSameReasonOnce() throws InterruptedException {
        // Given
        AtomicInteger attempts = new AtomicInteger();
        try (ShadowRole role = role(() -> {
            if (attempts.incrementAndGet() < 4) {
                throw new NoClassDefFoundError("dev/example/Plugin"); // an error, not an exception
            }
            return newPart();
        })) {
            // When
            role.start();
            awaited(begun);
            // Then
            assertThat(attempts).hasValue(4);
            assertThat(said).singleElement().asString().contains("dev/example/Plugin");
            assertThat(role.failure()).isEmpty();
        }
    }

    @Test
    void shouldCloseItsPartsWithItself() throws InterruptedException {
        // Given
        ShadowRole role = role(this::newPart);
        role.start();
        Part part = awaited(begun);
        // When
        role.close();
        // Then
        assertThat(part.closed.getCount()).isZero();
        assertThat(said).isEmpty();
    }

    private Part newPart() {
        Part part = new Part();
        begun.add(part);
        return part;
    }

    private ShadowRole role(Supplier<Part> parts) {
        return new ShadowRole("strict", () -> List.of(parts.get()), said::add, Duration.ofMillis(1));
    }

    private static <T> T awaited(BlockingQueue<T> queue) throws InterruptedException {
        T found = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(found).isNotNull();
        return found;
    }
}
