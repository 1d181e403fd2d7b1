package dev.longstream.runs.report;

import dev.longstream.files.AtomicFile;
import dev.longstream.files.JsonFile;

import java.nio.file.Path;
import java.util.Optional;

/** Reads and writes {@code report.json} in run folders. */
public final class Reports {
    private static final String FILE = "report.json";

    private Reports() {}

    /** Returns the report in a run folder; empty if the run is not finished. */
    public static Optional<RunReport> in(Path folder) {
        return JsonFile.read(file(folder), RunReport.class);
    }

    /** Returns the path of {@code report.json} in a run folder. */
    public static Path file(Path folder) {
        return folder.resolve(FILE);
    }

    /** Writes the report and replaces an earlier one. */
    public static void write(Path folder, RunReport report) {
        JsonFile.write(file(folder), report);
    }

    /** Writes curves and report and replaces earlier ones; keeps the counts of behaviours of an earlier report. */
    public static void write(Path folder, RunReport report, String curves) {
        AtomicFile.replace(folder.resolve("curves.svg"), curves);
        RunReport whole =
                in(folder).map(RunReport::behaviours).map(report::with).orElse(report);
        write(folder, whole); // last, since a run with a report counts as finished
    }
}
