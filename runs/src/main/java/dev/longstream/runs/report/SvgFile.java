package dev.longstream.runs.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes SVG plots to files. */
public final class SvgFile {
    private SvgFile() {}

    /** Writes a plot to a file and creates the file's folder if missing. */
    public static void write(Path file, String svg) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, svg);
        } catch (IOException e) {
            throw new UncheckedIOException("The plot cannot be written to " + file, e);
        }
    }
}
