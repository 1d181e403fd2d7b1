package dev.longstream.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.stack.failure.StackException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * What {@code stack.json} holds: where the stack of this folder listens, or listened last time.
 *
 * @param pid process that wrote it
 * @param bootstrapServers host:port of the broker
 * @param registryUrl address of the registry
 * @param brokerPort port of the broker, taken again next time if it is free
 * @param controllerPort port of the broker's own controller
 * @param registryPort port of the registry
 */
record StackFile(
        long pid, String bootstrapServers, String registryUrl, int brokerPort, int controllerPort, int registryPort) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "stack.json";

    /** What an earlier or running stack of this folder wrote; empty if none came so far. */
    static Optional<StackFile> read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readString(file), StackFile.class));
        } catch (JsonProcessingException e) {
            throw new StackException(
                    file + " is not what this program writes (" + e.getOriginalMessage()
                            + "); it holds nothing but addresses: remove it and start again",
                    e);
        }
    }

    /** Replaces the file at once: a reader sees the old one or the new one. */
    void write(Path folder) throws IOException {
        Path next = folder.resolve(NAME + ".next");
        Files.writeString(next, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
        Files.move(next, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
