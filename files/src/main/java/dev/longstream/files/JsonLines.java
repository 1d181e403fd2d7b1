package dev.longstream.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** A file of JSON lines that are appended. Reading skips a line that was cut off when a process ended. */
public final class JsonLines {
    /** Mapper of single lines. */
    public static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    /**
     * Names the file.
     *
     * @param file created with the first line
     */
    public JsonLines(Path file) {
        this.file = file;
    }

    /** Reads the complete lines, in file order; empty if the file does not exist. */
    public List<JsonNode> read() {
        return lines().stream().flatMap(line -> parsed(line).stream()).toList();
    }

    /** Returns the number of lines that are no JSON, blank ones apart. */
    public long brokenLines() {
        return lines().stream()
                .filter(line -> !line.isBlank() && parsed(line).isEmpty())
                .count();
    }

    private List<String> lines() {
        try {
            // Not readAllLines: it refuses a file whose last character was cut off.
            return Files.exists(file)
                    ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                            .lines()
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static Optional<JsonNode> parsed(String line) {
        try {
            return Optional.of(JSON.readTree(line)).filter(node -> !node.isMissingNode());
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Appends lines; creates the file and its folder if they do not exist. */
    public void add(List<? extends JsonNode> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        try {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            boolean cut = Files.exists(file) && !endsWithALine();
            Files.writeString(file, (cut ? "\n" : "") + text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("Lines cannot be added to " + file, e);
        }
    }

    private boolean endsWithALine() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            if (channel.size() == 0) {
                return true;
            }
            ByteBuffer last = ByteBuffer.allocate(1);
            channel.position(channel.size() - 1).read(last);
            return last.get(0) == '\n';
        }
    }
}
