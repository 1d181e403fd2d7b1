package dev.longstream.cli.terminal;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;

class LineProgressTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();
    private final LineProgress progress =
            new LineProgress(new PrintStream(printed, true, StandardCharsets.UTF_8), nanos::get);

    @Test
    void shouldPrintALineEveryFewSecondsAndTheLast() {
        progress.begin("steps", 3);
        progress.at(1, "a");
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        progress.at(2, "b");
        progress.at(3, "c");

        assertThat(printed.toString(StandardCharsets.UTF_8).lines()).containsExactly("steps 1/3  a", "steps 3/3  c");
    }

    @Test
    void shouldRepeatALineOnceAMinute() {
        progress.begin("steps", 3);
        for (int seconds = 0; seconds <= 60; seconds++) {
            progress.at(1, "a");
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        }
        progress.at(1, "b");
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        progress.at(1, "b");

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("steps 1/3  a", "steps 1/3  a", "steps 1/3  b");
    }
}
