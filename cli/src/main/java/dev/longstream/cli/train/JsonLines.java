package dev.longstream.cli.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A file of JSON lines that grows. A line that was cut off when a process ended is none. */
final class JsonLines {
    static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    /** @param file made with the first line */
    JsonLines(Path file) {
        this.file = file;
    }

    List<JsonNode> read() {
        List<JsonNode> read = new ArrayList<>();
        try {
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                try {
                    read.add(JSON.readTree(line));
                } catch (JsonProcessingException e) {
                    continue;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
        return read;
    }

    void add(List<? extends JsonNode> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        try {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            boolean cut = Files.exists(file) && !endsWithALine();
            Files.writeString(file, (cut ? "\n" : "") + text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("replies of the judge cannot be kept in " + file, e);
        }
    }

    private boolean endsWithALine() throws IOException {
        String text = Files.readString(file);
        return text.isEmpty() || text.endsWith("\n");
    }
}
