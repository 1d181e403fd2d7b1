package dev.longstream.trainer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.files.StateFormat;
import dev.longstream.policy.safetensors.SafeTensors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Content of a checkpoint's {@code state.json}: the digests of its files, the digest of its configuration and the training's
 * own state.
 */
final class CheckpointDescription {
    private static final String DIGESTS = "sha256";
    private static final String CONFIG_DIGEST = "configDigest";
    private static final String OWN = "state";
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path checkpoint;
    private final JsonNode json;

    private CheckpointDescription(Path checkpoint, JsonNode json) {
        this.checkpoint = checkpoint;
        this.json = json;
    }

    /**
     * Describes a checkpoint whose files are written.
     *
     * @param known digests by relative path; other files are read
     * @param own the training's own state
     */
    static CheckpointDescription of(
            Path checkpoint, long step, String configDigest, Map<String, String> known, ObjectNode own)
            throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("format", FORMAT);
        json.put("step", step);
        json.put(CONFIG_DIGEST, configDigest);
        ObjectNode digests = json.putObject(DIGESTS);
        for (Map.Entry<String, Path> file : CheckpointFiles.content(checkpoint).entrySet()) {
            String digest = known.get(file.getKey()); // large files are not read again after they were written
            digests.put(file.getKey(), digest == null ? SafeTensors.sha256(file.getValue()) : digest);
        }
        json.set(OWN, own);
        return new CheckpointDescription(checkpoint, json);
    }

    /**
     * Reads the description in a checkpoint's folder.
     *
     * @throws DamageException if it is missing or no JSON
     * @throws CheckpointException if a newer release wrote it
     */
    static CheckpointDescription read(Path checkpoint) throws IOException {
        Path file = require(checkpoint, CheckpointFiles.STATE);
        JsonNode json;
        try {
            json = JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new DamageException(
                    "Checkpoint " + checkpoint + " is damaged: " + CheckpointFiles.STATE + " is not JSON");
        }
        StateFormat.problem(file, json.path("format").asLong(), FORMAT).ifPresent(problem -> {
            throw new CheckpointException(problem);
        });
        return new CheckpointDescription(checkpoint, json);
    }

    byte[] toBytes() throws IOException {
        return JSON.writeValueAsBytes(json);
    }

    /** Returns the SHA-256 of the configuration that the checkpoint was made with. */
    String configDigest() {
        return json.path(CONFIG_DIGEST).asText();
    }

    /** Returns the SHA-256 of the checkpoint's files, by relative path. */
    JsonNode digests() {
        return json.path(DIGESTS);
    }

    /** Returns whether the checkpoint was written with moments, which may have been removed since. */
    boolean promisesMoments() {
        return digests().has(CheckpointFiles.MOMENTS);
    }

    /**
     * Returns the described checkpoint, without reading its weights.
     *
     * @throws DamageException if the weights are missing
     */
    Checkpoint checkpoint(long step) throws IOException {
        String weights = digests().has(CheckpointFiles.ADAPTER) ? CheckpointFiles.ADAPTER : CheckpointFiles.WEIGHTS;
        return new Checkpoint(
                checkpoint,
                step,
                digests().path(weights).asText(),
                Files.size(require(checkpoint, weights)),
                json.path(OWN));
    }

    /**
     * Reads all files of the checkpoint and compares their digests.
     *
     * @param withMoments whether the moments are among them
     * @throws DamageException if a file is missing or has other bytes
     */
    void verify(boolean withMoments) {
        for (Map.Entry<String, JsonNode> file : digests().properties()) {
            if (!file.getKey().equals(CheckpointFiles.MOMENTS) || withMoments) {
                String digest = SafeTensors.sha256(require(checkpoint, file.getKey()));
                if (!digest.equals(file.getValue().asText())) {
                    throw new DamageException("Checkpoint " + checkpoint + " is damaged: " + file.getKey()
                            + " has SHA-256 " + digest + ", expected "
                            + file.getValue().asText());
                }
            }
        }
    }

    private static Path require(Path checkpoint, String name) {
        Path file = checkpoint.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new DamageException("Checkpoint " + checkpoint + " is damaged: " + name + " is missing");
        }
        return file;
    }

    /** Says that files of a checkpoint are missing or have other bytes than they were written with. */
    static final class DamageException extends RuntimeException {
        DamageException(String message) {
            super(message);
        }
    }
}
