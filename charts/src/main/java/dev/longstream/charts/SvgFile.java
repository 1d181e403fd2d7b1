package dev.longstream.charts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes SVG pictures to files. */
public final class SvgFile {
    private SvgFile() {}

    /** Writes a picture, and makes its folder if it is not there. */
    public static void write(Path file, String svg) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, svg);
        } catch (IOException e) {
            throw new UncheckedIOException("The picture cannot be written to " + file, e);
        }
    }
}
