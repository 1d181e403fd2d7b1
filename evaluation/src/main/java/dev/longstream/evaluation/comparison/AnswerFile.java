package dev.longstream.evaluation.comparison;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.failure.UnusableInputException;
import org.jspecify.annotations.Nullable;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores attempts in a JSON-lines file, each as soon as it ends, so that an interrupted command can continue. Failures are
 * stored too, and repeated the next time.
 */
final class AnswerFile implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Attempt> earlier = new ArrayList<>();
    private final @Nullable BufferedWriter writer;

    /**
     * Reads the attempts in {@code file} and opens it to append more.
     *
     * @param file created if missing; null stores nothing
     * @throws UnusableInputException if the file cannot be read or written, or contains something else
     */
    AnswerFile(@Nullable Path file) {
        try {
            if (file == null) {
                writer = null;
                return;
            }
            boolean wholeLines = true;
            if (Files.exists(file)) {
                String text = Files.readString(file);
                wholeLines = text.isEmpty() || text.endsWith("\n");
                read(file, wholeLines ? text : text.substring(0, text.lastIndexOf('\n') + 1));
            }
            writer = Files.newBufferedWriter(
                    file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (!wholeLines) {
                writer.newLine(); // ends the line that was half written when the process ended
            }
        } catch (IOException e) {
            throw new UnusableInputException("The file of answers " + file + " cannot be read or written: " + e, e);
        }
    }

    private void read(Path file, String lines) {
        int number = 0;
        int broken = 0;
        for (String line : lines.split("\n")) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                earlier.add(JSON.readValue(line, Attempt.class));
            } catch (JsonProcessingException e) {
                if (!line.startsWith("{\"candidate\"")) {
                    throw new UnusableInputException(
                            file + ":" + number + " is not an answer of a comparison; name another file with --answers",
                            e);
                }
                broken++; // half written when the process ended: the request is repeated
            }
        }
        if (broken > 1 && earlier.isEmpty()) {
            throw new UnusableInputException(file + " has " + broken
                    + " lines, none of which can be read as an answer; name another file with --answers");
        }
    }

    /** Returns the attempts of earlier processes that have an answer. */
    List<Attempt> answered() {
        return earlier.stream().filter(attempt -> attempt.answer() != null).toList();
    }

    /** Appends an attempt and flushes it to the file. */
    synchronized void append(Attempt attempt) {
        if (writer == null) {
            return;
        }
        try {
            writer.write(JSON.writeValueAsString(attempt));
            writer.write('\n');
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("an answer cannot be written to the file of answers", e);
        }
    }

    @Override
    public void close() {
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the file of answers cannot be closed", e);
        }
    }
}
