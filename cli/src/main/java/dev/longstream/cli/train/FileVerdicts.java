package dev.longstream.cli.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.producers.judge.VerdictBook;
import dev.longstream.record.Verdict;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Verdicts as lines of JSON in a file, where there is no log. A line that was cut off when a process ended is none. */
final class FileVerdicts implements VerdictBook {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    /** @param file made with the first verdict */
    FileVerdicts(Path file) {
        this.file = file;
    }

    @Override
    public Map<String, Double> known() {
        Map<String, Double> known = new HashMap<>();
        try {
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                JsonNode verdict = read(line);
                if (verdict.path("score").isNumber()) {
                    known.putIfAbsent(
                            verdict.path("key").asText(), verdict.path("score").doubleValue());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
        return known;
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }

    @Override
    public void keep(List<Verdict> verdicts) {
        StringBuilder lines = new StringBuilder();
        for (Verdict verdict : verdicts) {
            lines.append(JSON.createObjectNode()
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
                    .append('\n');
        }
        try {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            boolean cut = Files.exists(file) && !endsWithALine();
            Files.writeString(file, (cut ? "\n" : "") + lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("verdicts cannot be kept in " + file, e);
        }
    }

    private boolean endsWithALine() throws IOException {
        String text = Files.readString(file);
        return text.isEmpty() || text.endsWith("\n");
    }
}
