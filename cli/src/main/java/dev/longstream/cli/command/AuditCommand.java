package dev.longstream.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.audit.LogAudit;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.report.LedgerReport;
import dev.longstream.runs.shadows.ShadowState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@Command(
        name = "audit",
        description = "Accounts for every trajectory of a run, from its log alone.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream audit                        # of the run in outputs/, also while it runs",
            "  longstream audit --run try-2 --json | jq .closes",
            "",
            "generated = trained + filtered + duplicate + stale + failed + in flight, in records and tokens.",
            "Ends with code 6 when the two sides differ or the log contradicts itself."
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.LEDGER_OPEN, ExitCode.UNREACHABLE})
final class AuditCommand extends CommandBase {
    @Mixin
    private final RunOptions options = new RunOptions();

    @Override
    ExitCode execute() {
        try (LogConnection open =
                LogConnection.existing(options.loadStarted(err()).config())) {
            Ledger ledger = LogAudit.of(open.log());
            Map<String, ShadowState> shadows = ShadowState.of(open.log());
            List<String> lines = new ArrayList<>(ledger.lines());
            shadows.values().forEach(shadow -> lines.add(shadow.words()));
            ObjectNode report = JSON.valueToTree(LedgerReport.of(ledger));
            report.set("shadows", JSON.valueToTree(shadows.values()));
            print(report, lines);
            return ledger.closes() ? ExitCode.DONE : ExitCode.LEDGER_OPEN;
        }
    }
}
