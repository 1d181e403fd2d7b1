package dev.longstream.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.runs.audit.Fate;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.audit.LogAudit;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.report.LedgerReport;
import dev.longstream.runs.shadows.ShadowState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@Command(
        name = "audit",
        description = "Accounts for every trajectory of a run, from its log alone.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream audit                        # of the run in outputs/, also while it runs",
            "  longstream audit try-2 --json | jq .closes",
            "  longstream audit --fail-on failed,stale --json > ledger.json      # in scripts",
            "",
            "generated = trained + filtered + duplicate + stale + failed + in flight, in records and tokens.",
            "Ends with code 6 when the two sides differ or the log contradicts itself, and with code 1 when there are",
            "trajectories that --fail-on names."
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.LEDGER_OPEN, ExitCode.UNREACHABLE})
final class AuditCommand extends CommandBase {
    @Mixin
    private final StartedRun run = new StartedRun();

    @Option(
            names = "--fail-on",
            paramLabel = "FATE",
            split = ",",
            description = "Also fail if a trajectory has one of these fates: ${COMPLETION-CANDIDATES}.")
    private List<Unwanted> failOn = new ArrayList<>();

    /** Fates that a user may not want, spelt as on the command line. */
    enum Unwanted {
        duplicate(Fate.DUPLICATE),
        failed(Fate.FAILED),
        stale(Fate.STALE);

        private final Fate fate;

        Unwanted(Fate fate) {
            this.fate = fate;
        }

        boolean isIn(Ledger ledger) {
            return ledger.count(fate).records() > 0;
        }
    }

    @Override
    ExitCode execute() {
        try (LogConnection open = LogConnection.existing(run.load(err()).config())) {
            Ledger ledger = LogAudit.of(open.log());
            Map<String, ShadowState> shadows = ShadowState.of(open.log());
            List<String> lines = new ArrayList<>(ledger.lines());
            shadows.values().forEach(shadow -> lines.add(shadow.words()));
            ObjectNode report = JSON.valueToTree(LedgerReport.of(ledger));
            report.set("shadows", JSON.valueToTree(shadows.values()));
            print(report, lines);
            return exit(ledger, failOn);
        }
    }

    static ExitCode exit(Ledger ledger, List<Unwanted> failOn) {
        if (!ledger.closes()) {
            return ExitCode.LEDGER_OPEN;
        }
        return failOn.stream().anyMatch(unwanted -> unwanted.isIn(ledger)) ? ExitCode.FAILED : ExitCode.DONE;
    }
}
