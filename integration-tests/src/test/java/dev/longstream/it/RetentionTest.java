package dev.longstream.it;

import dev.longstream.record.Batch;
import dev.longstream.record.Step;
import dev.longstream.runs.audit.Fate;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.audit.LogAudit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** A run that was killed and pruned in the middle, continued, and pruned again. */
class RetentionTest {
    private static final String RUN = "pruned";
    private static final int BAD_DATA = 5;

    @Test
    void shouldContinueAndCloseTheLedgerWhenPrunedInTheMiddle(@TempDir Path folder) throws Exception {
        // Given
        SmallRun run = SmallRun.in(folder);
        Path seventh = run.runs().resolve(RUN).resolve("checkpoints/step-000007");
        try (CommandProcess process = CommandProcess.startUntil(seventh, folder, run.command("train", RUN))) {
            process.kill();
        }
        // When
        assertThat(said("prune", run, "--dry-run")).contains("Would remove the log before version");
        assertThat(said("prune", run)).contains("Removed the log before version", "trajectories");
        assertThat(said("train", run, "--set", "retention.keep=checkpoints")).contains("it closes");
        assertThat(said("prune", run)).contains("Removed the log before version " + (SmallRun.STEPS - 2));
        // Then
        assertThat(said("audit", run)).contains("The ledger closes", "The log was pruned");
        assertThat(said("status", run)).contains("PRUNED by longstream");
        try (WholeRun whole = new WholeRun(run.runs(), RUN)) {
            assertThat(whole.read(whole.log().topics().batches()))
                    .extracting(Batch::getBatch)
                    .containsExactly(SmallRun.STEPS - 2L, SmallRun.STEPS - 1L);
            assertThat(whole.read(whole.log().topics().steps()))
                    .extracting(Step::getVersion)
                    .hasSize(SmallRun.STEPS)
                    .doesNotHaveDuplicates();
            Ledger ledger = LogAudit.of(whole.log());
            assertThat(ledger.closes()).as(String.join("\n", ledger.lines())).isTrue();
            assertThat(ledger.count(Fate.TRAINED).records())
                    .isEqualTo((long) SmallRun.STEPS * SmallRun.BATCH_SIZE * SmallRun.GROUP_SIZE);
        }
        EndedCommand again = EndedCommand.run(run.replay(RUN, "again"));
        assertThat(again.exit()).isEqualTo(BAD_DATA);
        assertThat(again.errors()).contains("cannot be replayed");
    }

    private static String said(String command, SmallRun run, String... more) {
        return EndedCommand.succeed(run.command(command, RUN, more)).output();
    }
}
