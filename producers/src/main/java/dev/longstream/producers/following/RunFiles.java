package dev.longstream.producers.following;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.record.Document;
import dev.longstream.record.Weights;

import java.io.UncheckedIOException;

/**
 * Files that the records of a run name: folders of policy versions, and documents that are too large for a record. Thread-safe.
 *
 * <p>{@link RunFolderFiles} reads them in the run's folder, and {@link FetchedFiles} copies them from another host or a share.
 */
public interface RunFiles {
    /** Receives an announced version, from which a later one may be made. */
    default void note(Weights announced) {}

    /**
     * Returns whether the folder of an announced version still exists.
     *
     * @throws UnusableInputException if the record names a file outside the run
     * @throws dev.longstream.failure.UnreachableException if the host with the files does not answer
     */
    boolean has(Weights announced);

    /**
     * Opens the folder of an announced version; the caller closes it. Its weights have the digest that the record names.
     *
     * @throws UnusableInputException if the record names a file outside the run, or the weights have another digest
     * @throws dev.longstream.policy.file.PolicyFolderException if the folder is missing or incomplete
     * @throws dev.longstream.failure.UnreachableException if the host with the files does not answer
     */
    OpenWeights open(Weights announced);

    /**
     * Reads the text of a document that is stored outside the log. The caller compares its digest.
     *
     * @throws UnusableInputException if the record names a file outside the run
     * @throws UncheckedIOException if the file cannot be read now
     * @throws dev.longstream.failure.UnreachableException if the host with the files does not answer
     */
    String text(Document document);
}
