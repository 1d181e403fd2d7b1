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

/** Attempts as lines of JSON, each written when it is made. Failures are kept too, and made again the next time. */
final class AnswerFile implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Attempt> earlier = new ArrayList<>();
    private final @Nullable BufferedWriter writer;

    /** @param file null: nothing is kept */
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
                writer.newLine(); // the end of a line that was being written when the process ended
            }
        } catch (IOException e) {
            throw new UnusableInputException("Answers cannot be kept in " + file + ": " + e, e);
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
                            file + ":" + number + " is no attempt of a comparison; name another file with --answers",
                            e);
                }
                broken++; // cut off when the process ended: it is made again
            }
        }
        if (broken > 1 && earlier.isEmpty()) {
            throw new UnusableInputException(file + " holds no attempt that can be read");
        }
    }

    /** Answers of earlier processes. */
    List<Attempt> answered() {
        return earlier.stream().filter(attempt -> attempt.answer() != null).toList();
    }

    synchronized void keep(Attempt attempt) {
        if (writer == null) {
            return;
        }
        try {
            writer.write(JSON.writeValueAsString(attempt));
            writer.write('\n');
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("an answer cannot be kept", e);
        }
    }

    @Override
    public void close() {
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("answers cannot be kept", e);
        }
    }
}
