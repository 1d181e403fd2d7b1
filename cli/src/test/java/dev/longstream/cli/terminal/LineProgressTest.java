package dev.longstream.cli.terminal;

import dev.longstream.progress.Progress;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;

class LineProgressTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();
    private final LineProgress progress =
            new LineProgress(new PrintStream(printed, true, StandardCharsets.UTF_8), nanos::get);

    @Test
    void shouldPrintLinesWhenTheTerminalCannotMoveItsCursor() {
        for (Map<String, String> environment : List.of(Map.of("TERM", "dumb"), Map.<String, String>of())) {
            assertThat(bar(true, environment)).isEqualTo("steps 1/1  done\n");
        }
        assertThat(bar(false, Map.of("TERM", "xterm"))).isEqualTo("steps 1/1  done\n");
    }

    @Test
    void shouldPrintNoColoursWhenNoneAreWanted() {
        assertThat(bar(true, Map.of("TERM", "xterm"))).contains("\u001b[");
        assertThat(bar(true, Map.of("TERM", "xterm", "NO_COLOR", "1")))
                .contains("100%")
                .doesNotContain("\u001b[");
    }

    @Test
    void shouldKeepTheEndOfANameThatLeavesTheBarNoRoom() {
        assertThat(BarProgress.shortened("/models/quickstart, answers", 20)).isEqualTo("…answers");
        assertThat(BarProgress.shortened("warm-up", 20)).isEqualTo("warm-up");
    }

    private String bar(boolean terminal, Map<String, String> environment) {
        printed.reset();
        try (Progress bar =
                TerminalProgress.of(new PrintStream(printed, true, StandardCharsets.UTF_8), terminal, environment)) {
            bar.begin("steps", 1);
            bar.at(1, "done");
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

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
