package dev.longstream.runs.replay;

import dev.longstream.producers.following.RunPaths;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Copies the documents that a run keeps outside the log, so that another run does not depend on its folder. */
public final class DocumentCopy {
    private DocumentCopy() {}

    /**
     * Copies the documents that are not there yet.
     *
     * @param fromRun folder of the run that has the documents
     * @param toRun folder of the other run
     */
    public static void copy(Path fromRun, Path toRun) {
        Path from = fromRun.resolve(RunPaths.DOCUMENTS);
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> documents = Files.list(from)) {
            Path to = Files.createDirectories(toRun.resolve(RunPaths.DOCUMENTS));
            for (Path document : documents.toList()) {
                Path copy = to.resolve(document.getFileName());
                if (!Files.exists(copy)) {
                    Files.copy(document, copy);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The documents of a run cannot be copied from " + from + " to " + toRun + " (" + e
                            + "); check the folder's permissions and free space",
                    e);
        }
    }
}
