package dev.longstream.runs.folder;

import dev.longstream.producers.following.RunPaths;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Files of documents that are too large for a record, in a run's folder. */
public final class DocumentFiles {
    private DocumentFiles() {}

    /** Copies the documents of one run's folder to another's, so that the other run does not depend on the first folder. */
    public static void copy(Path fromRun, Path toRun) {
        Path from = fromRun.resolve(RunPaths.DOCUMENTS);
        if (!Files.isDirectory(from)) {
            return;
        }
        Path to = toRun.resolve(RunPaths.DOCUMENTS);
        try (Stream<Path> documents = Files.list(from)) {
            Files.createDirectories(to);
            for (Path document : documents.toList()) {
                Path copy = to.resolve(document.getFileName());
                if (!Files.exists(copy) || Files.size(copy) != Files.size(document)) {
                    Files.deleteIfExists(copy);
                    Files.copy(document, copy);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The documents in " + from + " cannot be copied to " + to + " (" + e
                            + "); check the folder's permissions and free space",
                    e);
        }
    }
}
