package dev.longstream.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads and writes files that contain one object as indented JSON, with the version of their format. A field that a file
 * lacks is 0 or null, and a field that the reader does not know is ignored.
 */
public final class JsonFile {
    private static final String FORMAT = "format";
    /** Format of a file that names none, as release 0.1.0 wrote them. */
    private static final int FIRST_FORMAT = 1;

    private static final int NEWEST_FORMAT = 1;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private JsonFile() {}

    /**
     * Reads the value in {@code file}; empty if the file does not exist.
     *
     * @throws UncheckedIOException if the file is damaged, or a newer release wrote it in a format of its own
     */
    public static <T> Optional<T> read(Path file, Class<T> type) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode tree = JSON.readTree(Files.readString(file));
            if (!tree.isObject()) {
                throw MismatchedInputException.from(null, type, "expected an object");
            }
            Optional<String> problem =
                    StateFormat.problem(file, tree.path(FORMAT).asInt(FIRST_FORMAT), NEWEST_FORMAT);
            if (problem.isPresent()) {
                throw new UncheckedIOException(problem.get(), new IOException("unknown format"));
            }
            return Optional.of(JSON.treeToValue(tree, type));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read; move it away, and it is made again", e);
        }
    }

    /** Replaces the value in {@code file} atomically; the value is written as an object. */
    public static void write(Path file, Object value) {
        try {
            ObjectNode tree = JSON.createObjectNode().put(FORMAT, NEWEST_FORMAT);
            tree.setAll(JSON.<ObjectNode>valueToTree(value));
            AtomicFile.replace(file, JSON.writeValueAsString(tree));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }
}
