package dev.longstream.judging;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.files.JsonLines;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What judges have counted, in {@code behaviours.jsonl} beside a run's report. A reply without counts is kept for people, and asked for again. */
public final class BehaviourCache {
    private final JsonLines lines;

    /** @param folder of the run */
    public BehaviourCache(Path folder) {
        this.lines = new JsonLines(folder.resolve("behaviours.jsonl"));
    }

    /** Request key to counts. */
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

    public void keep(String key, String judge, String rubricDigest, JudgeResponse<BehaviourCounts> heard, Instant at) {
        lines.add(List.of(JsonLines.JSON
                .createObjectNode()
                .put("key", key)
                .put("failure", heard.failure())
                .put("words", heard.words())
                .put("judge", judge)
                .put("rubricDigest", rubricDigest)
                .put("inputTokens", heard.inputTokens())
                .put("outputTokens", heard.outputTokens())
                .put("attempts", heard.attempts())
                .put("answeredAt", at.toString())));
    }
}
