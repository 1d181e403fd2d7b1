package dev.longstream.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.files.PrivateFiles;
import dev.longstream.files.StateFormat;
import dev.longstream.stack.broker.Login;
import dev.longstream.stack.failure.StackException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Content of {@code stack.json}: the addresses where the stack of a folder listens, or listened when it last ran.
 *
 * @param pid id of the process that wrote the file
 * @param bootstrapServers host:port of the broker
 * @param registryUrl base URL of the registry
 * @param brokerPort port of the broker, used again at the next start if it is free
 * @param controllerPort port of the broker's KRaft controller
 * @param registryPort port of the registry
 * @param password password of the broker; null in a file of an earlier release, whose broker had none
 */
record StackFile(
        long pid,
        String bootstrapServers,
        String registryUrl,
        int brokerPort,
        int controllerPort,
        int registryPort,
        @Nullable String password) {
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private static final String NAME = "stack.json";
    private static final String FORMAT = "format";
    /** Format of a file that names none, as release 0.1.0 wrote them. */
    private static final int FIRST_FORMAT = 1;

    private static final int NEWEST_FORMAT = 1;
    /** Settings of Kafka's command line tools, for their {@code --command-config}. */
    private static final String CLIENT = "client.properties";

    /** Reads the file that a running or earlier stack wrote in the folder; empty if no stack has run there. */
    static Optional<StackFile> read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode tree = JSON.readTree(Files.readString(file));
            if (!tree.isObject()) {
                throw MismatchedInputException.from(null, StackFile.class, "expected an object");
            }
            StateFormat.problem(file, tree.path(FORMAT).asInt(FIRST_FORMAT), NEWEST_FORMAT)
                    .ifPresent(problem -> {
                        throw new StackException(problem);
                    });
            return Optional.of(JSON.treeToValue(tree, StackFile.class));
        } catch (JsonProcessingException e) {
            throw new StackException(
                    file + " cannot be read as the addresses of a stack (" + e.getOriginalMessage()
                            + "); it contains nothing else: remove it and start again",
                    e);
        }
    }

    /** Returns the settings with which a Kafka client connects to the broker. */
    Map<String, String> clientProperties() {
        return password == null ? Map.of() : Login.of(password).clientProperties();
    }

    /**
     * Replaces the file, and {@code client.properties} beside it, atomically: a reader sees the old content or the new one. Both
     * can be read by their owner only.
     */
    void write(Path folder) throws IOException {
        ObjectNode tree = JSON.createObjectNode().put(FORMAT, NEWEST_FORMAT);
        tree.setAll(JSON.<ObjectNode>valueToTree(this));
        replace(folder.resolve(NAME), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n");
        StringBuilder client = new StringBuilder();
        new TreeMap<>(clientProperties()).forEach((key, value) -> client.append(key + "=" + value + "\n"));
        replace(folder.resolve(CLIENT), client.toString());
    }

    private static void replace(Path file, String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        PrivateFiles.write(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public String toString() {
        return bootstrapServers + " " + registryUrl; // a record would print the password
    }
}
