package dev.longstream.evaluation.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.files.JsonLines;
import org.jspecify.annotations.Nullable;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores attempts as JSON lines, each as soon as it is made. Failed attempts are stored too; the next process makes
 * them again. Thread-safe.
 */
final class AnswerFile {
    private final List<Attempt> earlier = new ArrayList<>();
    private final @Nullable JsonLines lines;

    /**
     * Reads the attempts of earlier processes.
     *
     * @param file file of attempts; null stores nothing
     * @throws UnusableInputException if the file cannot be read or written, or holds other lines than attempts
     */
    AnswerFile(@Nullable Path file) {
        if (file == null) {
            lines = null;
            return;
        }
        lines = new JsonLines(file);
        try {
            for (JsonNode line : lines.read()) {
                earlier.add(attempt(file, line));
            }
            if (earlier.isEmpty() && lines.brokenLines() > 1) { // a killed process leaves one
                throw new UnusableInputException(file
                        + " holds no JSON lines, expected attempts of a comparison; name another file with --answers");
            }
            lines.add(List.of()); // shows before the first answer whether the file can be written
        } catch (UncheckedIOException e) {
            throw new UnusableInputException("Answers cannot be kept in " + file + ": " + e.getCause(), e);
        }
    }

    private static Attempt attempt(Path file, JsonNode line) {
        if (!line.has("candidate")) {
            throw foreign(file, line.toString());
        }
        try {
            return JsonLines.JSON.convertValue(line, Attempt.class);
        } catch (IllegalArgumentException e) {
            throw foreign(file, line.toString());
        }
    }

    private static UnusableInputException foreign(Path file, String line) {
        return new UnusableInputException(file + " holds a line that is no attempt of a comparison: " + line
                + "; name another file with --answers");
    }

    /** Returns the answers of earlier processes. */
    List<Attempt> answered() {
        return earlier.stream().filter(attempt -> attempt.answer() != null).toList();
    }

    /** Appends an attempt. */
    synchronized void keep(Attempt attempt) {
        if (lines != null) {
            lines.add(List.of(JsonLines.JSON.valueToTree(attempt)));
        }
    }
}
