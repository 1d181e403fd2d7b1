package dev.longstream.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The mounted file systems, as Linux lists them. */
public final class Mounts {
    private static final Path FILE = Path.of("/proc/self/mounts");

    private Mounts() {}

    /** Returns the lines of {@code /proc/self/mounts}; none on another system than Linux. */
    public static List<String> read() {
        try {
            return Files.readAllLines(FILE);
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * Returns whether a folder, which need not exist, lies on a file system that runs no programs and loads no libraries.
     *
     * @param mounts lines of {@code /proc/self/mounts}: device, folder, type and options, with blanks between them
     */
    public static boolean isNoexec(Path folder, List<String> mounts) {
        Path real = real(folder.toAbsolutePath().normalize());
        int longest = -1;
        boolean noexec = false;
        for (String mount : mounts) {
            String[] fields = mount.split(" ", -1);
            if (fields.length < 4) {
                continue;
            }
            Path at = Path.of(
                    fields[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"));
            if (real.startsWith(at) && at.getNameCount() >= longest) { // a later mount covers an earlier one
                longest = at.getNameCount();
                noexec = List.of(fields[3].split(",", -1)).contains("noexec");
            }
        }
        return noexec;
    }

    /** A folder's name without links in the part of it that exists. */
    private static Path real(Path folder) {
        for (Path known = folder; known != null; known = known.getParent()) {
            if (Files.exists(known)) {
                try {
                    return known.toRealPath().resolve(known.relativize(folder));
                } catch (IOException e) {
                    return folder;
                }
            }
        }
        return folder;
    }
}
