package dev.longstream.streams.scoring.reward;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.record.AnswerKind;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class RewardsGoldenTest {
    private static final int CASES = 317;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void shouldAgreeWithEveryGoldenCaseInScoreAndInWhatWasExtracted() throws IOException {
        // Given
        Path file = Path.of(System.getProperty("longstream.goldens", "../shared/goldens"), "rewards", "cases.jsonl");
        assumeTrue(
                Files.exists(file), "no golden cases of the rule rewards in this folder: set -Dlongstream.goldens=DIR");
        List<String> lines = Files.readAllLines(file);
        List<String> differences = new ArrayList<>();
        for (String line : lines) {
            JsonNode golden = JSON.readTree(line);
            // When
            RuleVerdict verdict = score(golden);
            // Then
            JsonNode expected = golden.path("expect");
            String found = verdict.extracted() + " " + verdict.score();
            String wanted = expected.path("extracted").textValue() + " "
                    + (expected.path("score").isNull()
                            ? null
                            : expected.path("score").doubleValue());
            if (!found.equals(wanted)) {
                differences.add(golden.path("id").asText() + ": expected " + wanted + ", found " + found + " ("
                        + verdict.reason() + "); " + golden.path("why").asText());
            }
        }
        System.out.printf("golden rewards: %d read, %d agree%n", lines.size(), lines.size() - differences.size());
        assertThat(differences).isEmpty();
        assertThat(lines).hasSize(CASES);
    }

    private static RuleVerdict score(JsonNode golden) {
        String kind = golden.path("kind").asText().replace('-', '_').toUpperCase(Locale.ROOT);
        List<String> golds = new ArrayList<>();
        JsonNode gold = golden.path("gold");
        (gold.isArray() ? gold : List.of(gold)).forEach(one -> golds.add(one.textValue()));
        Map<String, String> options = new LinkedHashMap<>();
        golden.path("options")
                .fields()
                .forEachRemaining(
                        option -> options.put(option.getKey(), option.getValue().asText()));
        return RuleRewards.of(AnswerKind.valueOf(kind))
                .score(
                        golden.path("output").asText(),
                        golds,
                        options,
                        golden.path("thinking").asText().equals("expected"));
    }
}
