package dev.longstream.logging;

import dev.longstream.logging.LogOrigin.RunProcess;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;

class LogOriginTest {
    @Test
    void shouldGiveItsRoleToThreadsThatAThreadStarts() throws InterruptedException {
        // Given
        LogOrigin.begin("try", "train");
        AtomicReference<Thread> client = new AtomicReference<>();
        AtomicReference<Map<String, String>> seen = new AtomicReference<>(Map.of());
        try (LogOrigin.Part ignored = LogOrigin.as("scoring")) {
            client.set(new Thread(() -> seen.set(LogOrigin.fields()), "kafka-producer-network-thread"));
        }
        // When
        client.get().start();
        client.get().join();
        // Then
        assertThat(seen.get()).containsEntry("role", "scoring").containsEntry("run", "try");
        assertThat(LogOrigin.fields()).containsEntry("role", "train");
    }

    @Test
    void shouldKeepTheNewestStepOfOneRunOnly() {
        // Given
        LogOrigin.begin("one", "train");
        assertThat(LogOrigin.fields()).doesNotContainKey("step");
        // When
        LogOrigin.step(7);
        LogOrigin.step(5); // an evaluation of an earlier version
        // Then
        assertThat(LogOrigin.fields()).containsEntry("step", "7");
        // When
        LogOrigin.begin("other", "train");
        // Then
        assertThat(LogOrigin.fields()).containsEntry("run", "other").doesNotContainKey("step");
    }

    @Test
    void shouldHaveNoFolderUntilTheRunFolderIsOpen() {
        // Given
        RunProcess process = new RunProcess(Path.of("outputs", "one"), "train");
        LogOrigin.begin("one", "train");
        LogOrigin.folder(process);
        assertThat(LogOrigin.process()).contains(process);
        // When
        LogOrigin.begin("other", "train");
        // Then
        assertThat(LogOrigin.process()).isEmpty();
    }
}
