package dev.longstream.producers.following;

import dev.longstream.failure.UnusableInputException;

import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/**
 * Places of a run's files below its folder, such as {@code checkpoints/step-000012/model}, from the URIs that records name.
 *
 * <p>A URI is relative to the run's folder, so that the folder can be moved. A {@code file:} URI, as older releases wrote it, is
 * taken as it is where it lies in the run's folder; else from its last component {@code checkpoints} or {@code documents} on,
 * below the run's folder.
 */
public final class RunPaths {
    /** Folder of the policy versions below the run's folder. */
    public static final String CHECKPOINTS = "checkpoints";

    /** Folder of the documents that are too large for a record, below the run's folder. */
    public static final String DOCUMENTS = "documents";

    private static final Set<String> FOLDERS = Set.of(CHECKPOINTS, DOCUMENTS);

    private final Path run;

    /** Creates the places of a run with this folder. */
    public RunPaths(Path run) {
        this.run = run.toAbsolutePath().normalize();
    }

    /**
     * Returns the absolute path of the file or folder that a record names. It is below the run's folder.
     *
     * @param uri URI in the record
     * @param record topic and key of the record, for messages
     * @throws UnusableInputException if the URI names something else
     */
    public Path resolve(String uri, String record) {
        return run.resolve(place(uri, record));
    }

    /**
     * Returns the path of the file or folder that a record names, relative to the run's folder.
     *
     * @throws UnusableInputException if the URI names something outside the run's folder
     */
    public Path place(String uri, String record) {
        try {
            URI parsed = URI.create(uri);
            Path named = "file".equals(parsed.getScheme()) ? Path.of(parsed) : relative(parsed);
            if (named.isAbsolute()) {
                named = below(named.normalize());
            }
            Path place = named.normalize();
            if (!place.isAbsolute()
                    && !place.startsWith("..")
                    && !place.toString().isEmpty()) {
                return place;
            }
        } catch (IllegalArgumentException e) { // no URI, or none of a file
            throw new UnusableInputException(refusal(uri, record), e);
        }
        throw new UnusableInputException(refusal(uri, record));
    }

    private static Path relative(URI uri) {
        if (uri.getScheme() != null || uri.getRawAuthority() != null || uri.getPath() == null) {
            throw new IllegalArgumentException("not the URI of a file");
        }
        return Path.of(uri.getPath());
    }

    /** Returns an absolute path relative to the run's folder; the path itself where it has no place there. */
    private Path below(Path absolute) {
        if (absolute.startsWith(run)) {
            return run.relativize(absolute);
        }
        for (int i = absolute.getNameCount() - 1; i >= 0; i--) {
            if (FOLDERS.contains(absolute.getName(i).toString())) {
                return absolute.subpath(i, absolute.getNameCount());
            }
        }
        return absolute;
    }

    private String refusal(String uri, String record) {
        return record + " names " + uri + ", expected a path below the run's folder " + run + ", for example "
                + CHECKPOINTS + "/step-000012/model; it is not opened";
    }
}
