package dev.longstream.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Measures the free space of file systems. */
@FunctionalInterface
public interface FreeSpace {
    /** Asks the operating system. */
    FreeSpace OF_THE_SYSTEM = folder -> {
        Path existing = folder.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return Files.getFileStore(existing).getUsableSpace();
    };

    /**
     * Returns the bytes that this process can still write to a folder; a folder that does not exist counts as its nearest
     * parent that does.
     */
    long usableBytes(Path folder) throws IOException;
}
