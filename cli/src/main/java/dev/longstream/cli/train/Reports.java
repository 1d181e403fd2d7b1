package dev.longstream.cli.train;

import dev.longstream.cli.report.RunReport;

import java.nio.file.Path;
import java.util.Optional;

/** {@code report.json} in the folders of runs. */
public final class Reports {
    private static final String FILE = "report.json";

    private Reports() {}

    /** The report of the run with this folder, if it is over. */
    public static Optional<RunReport> in(Path folder) {
        return RunFolder.read(file(folder), RunReport.class);
    }

    static Path file(Path folder) {
        return folder.resolve(FILE);
    }

    static void write(Path folder, RunReport report) {
        AtomicFile.replace(file(folder), RunFolder.json(report));
    }
}
