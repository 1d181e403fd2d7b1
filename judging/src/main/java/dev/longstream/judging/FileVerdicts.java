package dev.longstream.judging;

import dev.longstream.files.JsonLines;
import dev.longstream.record.Verdict;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Stores verdicts as lines of JSON in a file, for use without a log. */
public final class FileVerdicts implements VerdictCache {
    private final JsonLines lines;

    /**
     * Names the file.
     *
     * @param file created with the first verdict
     */
    public FileVerdicts(Path file) {
        this.lines = new JsonLines(file);
    }

    @Override
    public Map<String, Double> known(Set<String> keys) {
        Map<String, Double> known = new HashMap<>();
        lines.read().stream()
                .filter(verdict -> verdict.path("score").isNumber()
                        && keys.contains(verdict.path("key").asText()))
                .forEach(verdict -> known.putIfAbsent(
                        verdict.path("key").asText(), verdict.path("score").doubleValue()));
        return known;
    }

    @Override
    public void keep(List<Verdict> verdicts) {
        lines.add(verdicts.stream()
                .map(verdict -> JsonLines.JSON
                        .createObjectNode()
                        .put("key", verdict.getKey())
                        .put("score", verdict.getScore())
                        .put("failure", verdict.getFailure())
                        .put("words", verdict.getWords())
                        .put("judge", verdict.getJudge())
                        .put("rubricDigest", verdict.getRubricDigest())
                        .put("inputTokens", verdict.getInputTokens())
                        .put("outputTokens", verdict.getOutputTokens())
                        .put("attempts", verdict.getAttempts())
                        .put("answeredAt", verdict.getAnsweredAt().toString()))
                .toList());
    }
}
