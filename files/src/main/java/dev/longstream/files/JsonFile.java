package dev.longstream.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads and writes files that contain one value as indented JSON. */
public final class JsonFile {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private JsonFile() {}

    /** Reads the value in {@code file}; empty if the file does not exist. */
    public static <T> Optional<T> read(Path file, Class<T> type) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readString(file), type));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read; move it away, and it is made again", e);
        }
    }

    /** Replaces the value in {@code file} atomically. */
    public static void write(Path file, Object value) {
        try {
            AtomicFile.replace(file, JSON.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }
}
