package dev.longstream.runs.report;

import dev.longstream.files.AtomicFile;
import dev.longstream.files.JsonFile;

import java.nio.file.Path;
import java.util.Optional;

/** {@code report.json} in the folders of runs. */
public final class Reports {
    private static final String FILE = "report.json";

    private Reports() {}

    /** The report of the run with this folder, if it is over. */
    public static Optional<RunReport> in(Path folder) {
        return JsonFile.read(file(folder), RunReport.class);
    }

    /** {@code report.json} in the folder of a run. */
    public static Path file(Path folder) {
        return folder.resolve(FILE);
    }

    /** Writes the report in place of an earlier one. */
    public static void write(Path folder, RunReport report) {
        JsonFile.write(file(folder), report);
    }

    /** Writes curves and report in place of earlier ones; the counts of behaviours in an earlier report stay. */
    public static void write(Path folder, RunReport report, String curves) {
        AtomicFile.replace(folder.resolve("curves.svg"), curves);
        RunReport whole =
                in(folder).map(RunReport::behaviours).map(report::with).orElse(report);
        write(folder, whole); // last: it says that the run is over
    }
}
