package dev.longstream.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.longstream.logging.LogOrigin;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;

class ThreadRoleTest {
    private static final int PATIENCE_SECONDS = 60;

    @Test
    void shouldBeginAgainAfterAFaultThatPasses() throws InterruptedException {
        // Given
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        try (ThreadRole role = new ThreadRole("test", "test") {
            @Override
            protected void work() {
                if (attempts.incrementAndGet() < 3) {
                    throw new LogException("no answer", new TimeoutException("the broker is away"));
                }
                done.countDown();
            }
        }) {
            // When
            role.start();
            // Then
            assertThat(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(attempts).hasValue(3);
            assertThat(role.failure()).isEmpty();
        }
    }

    @Test
    void shouldEndWithAFaultOfItsOwn() throws InterruptedException {
        // Given
        IllegalStateException mistake = new IllegalStateException("a mistake of ours");
        AtomicInteger attempts = new AtomicInteger();
        try (ThreadRole role = new ThreadRole("test", "test") {
            @Override
            protected void work() {
                attempts.incrementAndGet();
                throw mistake;
            }
        }) {
            // When
            role.start();
            while (role.failure().isEmpty()) {
                Thread.sleep(10);
            }
            // Then
            assertThat(role.failure()).contains(mistake);
            assertThat(attempts).hasValue(1);
        }
    }

    @Test
    void shouldLogWhatEndsItAsAnErrorWithItsStackTrace() throws InterruptedException {
        // Given
        IllegalStateException mistake = new IllegalStateException("a mistake of ours");
        Logger logger = (Logger) LoggerFactory.getLogger(ThreadRole.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        AtomicReference<String> origin = new AtomicReference<>();
        try (ThreadRole role = new ThreadRole("trainer", "test-logged") {
            @Override
            protected void work() {
                origin.set(LogOrigin.fields().get(LogOrigin.ROLE));
                throw mistake;
            }
        }) {
            // When
            role.start();
            while (role.failure().isEmpty()) {
                Thread.sleep(10);
            }
        } finally {
            logger.detachAppender(lines);
        }
        // Then
        assertThat(lines.list)
                .filteredOn(line -> line.getThreadName().equals("test-logged"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.getLevel()).isEqualTo(Level.ERROR);
                    assertThat(line.getThrowableProxy().getMessage()).isEqualTo("a mistake of ours");
                });
        assertThat(origin).hasValue("trainer");
    }

    @Test
    void shouldEndWhenItIsClosedWhileItWaits() throws InterruptedException {
        // Given
        CountDownLatch failed = new CountDownLatch(1);
        AtomicInteger attempts = new AtomicInteger();
        ThreadRole role = new ThreadRole("test", "test") {
            @Override
            protected void work() {
                attempts.incrementAndGet();
                failed.countDown();
                throw new TimeoutException("the broker is away");
            }
        };
        role.start();
        assertThat(failed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        // When
        role.close();
        int attemptsThen = attempts.get();
        Thread.sleep(1500);
        // Then
        assertThat(attempts).hasValue(attemptsThen);
        assertThat(role.failure()).isEmpty();
    }
}
