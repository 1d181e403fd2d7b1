package dev.longstream.cli.command;

import dev.longstream.cli.exit.ExitCode;
import dev.longstream.runs.doctor.Doctor;
import dev.longstream.runs.doctor.Finding;
import dev.longstream.runs.doctor.Finding.FindingLevel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

@Command(
        name = "doctor",
        description = {
            "Checks this machine before the first run: Java, memory, processor, allocator, disk, temporary folder, encoding.",
            "Ports are checked where they are given, broker and registry where they are named."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream doctor",
            "  longstream doctor --dir /data/outputs --broker-port 9092",
            "  longstream doctor --bootstrap broker:9092 --registry http://registry:8081 --json",
            "  longstream doctor --fail-on warning        # in scripts that want no warning either",
            "",
            "Each line is ok, a warning (it runs, but slower or with little room) or a problem (it does not run), with what",
            "to do. Ends with code 1 when there is a problem, or with --fail-on warning a warning; else with 0."
        })
final class DoctorCommand extends CommandBase {
    @Mixin
    private final RunOptions options = new RunOptions();

    @Option(
            names = "--fail-on",
            paramLabel = "LEVEL",
            defaultValue = "problem",
            description = "Lowest level of a finding that makes the command fail: ${COMPLETION-CANDIDATES} (default"
                    + " ${DEFAULT-VALUE}).")
    private Severity failOn = Severity.problem;

    /** Levels of findings, spelt as on the command line. */
    enum Severity {
        warning(FindingLevel.WARNING),
        problem(FindingLevel.PROBLEM);

        private final FindingLevel level;

        Severity(FindingLevel level) {
            this.level = level;
        }

        boolean isReachedBy(Finding finding) {
            return finding.level().compareTo(level) >= 0;
        }
    }

    @Override
    ExitCode execute() {
        List<Finding> findings = Doctor.examine(options.load().config());
        print(findings, lines(findings));
        return findings.stream().anyMatch(failOn::isReachedBy) ? ExitCode.FAILED : ExitCode.DONE;
    }

    private static List<String> lines(List<Finding> findings) {
        List<String> lines = new ArrayList<>();
        for (Finding finding : findings) {
            String level = finding.level().name().toLowerCase(Locale.ROOT);
            lines.add(String.format(Locale.ROOT, "%-8s %-20s %s", level, finding.check(), finding.found()));
            if (!finding.advice().isEmpty()) {
                lines.add(String.format(Locale.ROOT, "%-8s %-20s → %s", "", "", finding.advice()));
            }
        }
        return lines;
    }
}
