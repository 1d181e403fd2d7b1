package dev.longstream.registry;

import dev.longstream.registry.Registry.SchemaCandidate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Questions to a registry whose broker does not answer for a while. */
@Timeout(60)
class RegistryTest {
    private final SharedState state = new SharedState();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch answers = new CountDownLatch(1);
    private final Registry registry = new Registry(state, new SlowStore());

    /** A store whose broker answers once it is told to. */
    private final class SlowStore implements SchemaStore {
        @Override
        public void catchUp() {
            begun.countDown();
            try {
                answers.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void append(List<LogRecord> records) {}
    }

    @Test
    void shouldAnswerQuestionsWhileAChangeWaitsForTheBroker() throws Exception {
        // Given
        state.apply(List.of(LogRecord.schema(new StoredSchema("s", 1, 7, "\"int\"", false))));
        CompletableFuture<Integer> change =
                CompletableFuture.supplyAsync(() -> registry.register("s2", candidate("\"long\"")));
        begun.await();
        // When
        String schema = registry.now().schemaOf(7);
        int again = registry.register("s", candidate("\"int\""));
        // Then
        assertThat(schema).isEqualTo("\"int\"");
        assertThat(again).isEqualTo(7);
        assertThat(change).isNotDone();
        answers.countDown();
        assertThat(change.get()).isEqualTo(8);
        assertThat(registry.now().schemaOf(8)).isEqualTo("\"long\"");
    }

    @Test
    void shouldRefuseFurtherChangesWhenManyWaitForTheBroker() throws Exception {
        // Given
        List<CompletableFuture<Integer>> changes = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String subject = "s" + i;
            CompletableFuture<Integer> change = new CompletableFuture<>();
            changes.add(change);
            Thread thread = new Thread(() -> change.complete(registry.register(subject, candidate("\"int\""))));
            threads.add(thread);
            thread.start();
        }
        // When
        while (threads.stream().anyMatch(thread -> !waits(thread))) {
            Thread.onSpinWait();
        }
        // Then
        assertThatThrownBy(() -> registry.setLevel(null, Compatibility.NONE))
                .isInstanceOfSatisfying(RegistryError.class, e -> {
                    assertThat(e.status()).isEqualTo(503);
                    assertThat(e.retryAfterSeconds()).isPositive();
                });
        answers.countDown();
        for (CompletableFuture<Integer> change : changes) {
            assertThat(change.get()).isEqualTo(1);
        }
    }

    @Test
    void shouldNotChangeAStateThatARequestReads() {
        // Given
        answers.countDown();
        registry.register("s", candidate("\"int\""));
        RegistryView before = registry.now();
        // When
        registry.deleteSubject("s", false);
        // Then
        assertThat(before.versions("s", false)).hasSize(1);
        assertThat(registry.now().subjects("", false)).isEmpty();
    }

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.BLOCKED;
    }

    private static SchemaCandidate candidate(String schema) {
        return new SchemaCandidate(schema, 0, 0, false);
    }
}
