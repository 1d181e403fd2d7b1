package dev.longstream.cli.command;

import dev.longstream.cli.command.AuditCommand.Unwanted;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.runs.audit.Count;
import dev.longstream.runs.audit.Fate;
import dev.longstream.runs.audit.Ledger;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class AuditCommandTest {
    private static final Ledger WITH_FAILURES = new Ledger(
            new Count(8, 80), Map.of(Fate.TRAINED, new Count(6, 60), Fate.FAILED, new Count(2, 20)), 3, List.of());

    @Test
    void shouldFailOnAFateOnlyWhenItIsNamedAndOccurs() {
        assertThat(AuditCommand.exit(WITH_FAILURES, List.of())).isEqualTo(ExitCode.DONE);
        assertThat(AuditCommand.exit(WITH_FAILURES, List.of(Unwanted.stale, Unwanted.duplicate)))
                .isEqualTo(ExitCode.DONE);
        assertThat(AuditCommand.exit(WITH_FAILURES, List.of(Unwanted.stale, Unwanted.failed)))
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void shouldReportALedgerThatDoesNotCloseFirst() {
        Ledger open = new Ledger(new Count(9, 90), WITH_FAILURES.fates(), 3, List.of());

        assertThat(AuditCommand.exit(open, List.of(Unwanted.failed))).isEqualTo(ExitCode.LEDGER_OPEN);
    }
}
