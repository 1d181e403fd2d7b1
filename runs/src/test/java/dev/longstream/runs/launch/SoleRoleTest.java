package dev.longstream.runs.launch;

import dev.longstream.log.EventLog;
import dev.longstream.runs.failure.RunFolderInUseException;
import dev.longstream.runs.log.RoleClaim;
import dev.longstream.runs.process.Interruption;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SoleRoleTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldRefuseTheLaterTrainerOfARunAndNameTheEarlierOne() throws Exception {
        // Given
        EventLog log = BROKER.newRun("trained", 1);
        try (Interruption interruption = Interruption.watch();
                RoleClaim earlier = SoleRole.trainer(log, interruption)) {
            // Then
            assertThatThrownBy(() -> SoleRole.trainer(log, interruption))
                    .isInstanceOf(RunFolderInUseException.class)
                    .hasMessageContainingAll(
                            "Run trained is trained by another process",
                            "process " + ProcessHandle.current().pid(),
                            "--run");
            assertThat(earlier.held()).isTrue();
        }
        try (Interruption interruption = Interruption.watch();
                RoleClaim next = SoleRole.trainer(log, interruption)) {
            assertThat(next.held()).isTrue();
        }
    }

    @Test
    void shouldLetTheLaterEvaluationWaitUntilTheEarlierOneHasEnded() throws Exception {
        // Given
        EventLog log = BROKER.newRun("evaluated", 1);
        List<String> said = new CopyOnWriteArrayList<>();
        CompletableFuture<String> waits = new CompletableFuture<>();
        try (Interruption interruption = Interruption.watch()) {
            RoleClaim earlier = SoleRole.evaluation(log, interruption, said::add);
            CompletableFuture<RoleClaim> later = CompletableFuture.supplyAsync(() -> {
                try {
                    return SoleRole.evaluation(log, interruption, waits::complete);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(waits.get(60, TimeUnit.SECONDS)).contains("another process evaluates run evaluated");
            assertThat(later).isNotDone();
            // When
            earlier.close();
            // Then
            try (RoleClaim taken = later.get(60, TimeUnit.SECONDS)) {
                assertThat(taken.held()).isTrue();
            }
        }
        assertThat(said).isEmpty();
    }
}
