package dev.longstream.judging;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.files.JsonLines;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores judges' counts of behaviours in {@code behaviours.jsonl} beside a run's report. A reply without counts is
 * stored for people to read, and its request is sent again.
 */
public final class BehaviourCache {
    private final JsonLines lines;

    /**
     * Names the file.
     *
     * @param folder the run's folder
     */
    public BehaviourCache(Path folder) {
        this.lines = new JsonLines(folder.resolve("behaviours.jsonl"));
    }

    /** Reads the stored counts by request key. */
    public Map<String, BehaviourCounts> known() {
        Map<String, BehaviourCounts> known = new HashMap<>();
        for (JsonNode line : lines.read()) {
            counts(line).ifPresent(counts -> known.putIfAbsent(line.path("key").asText(), counts));
        }
        return known;
    }

    private static Optional<BehaviourCounts> counts(JsonNode line) {
        return line.path("failure").isNull()
                ? BehaviourCounts.read(line.path("words").asText())
                : Optional.empty();
    }

    /** Appends a reply. */
    public void keep(
            String key, String judge, String rubricDigest, JudgeResponse<BehaviourCounts> response, Instant at) {
        lines.add(List.of(JsonLines.JSON
                .createObjectNode()
                .put("key", key)
                .put("failure", response.failure())
                .put("words", response.words())
                .put("judge", judge)
                .put("rubricDigest", rubricDigest)
                .put("inputTokens", response.inputTokens())
                .put("outputTokens", response.outputTokens())
                .put("attempts", response.attempts())
                .put("answeredAt", at.toString())));
    }
}
