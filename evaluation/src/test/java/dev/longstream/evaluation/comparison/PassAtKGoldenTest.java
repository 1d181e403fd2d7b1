package dev.longstream.evaluation.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.evaluation.PassAtK;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The two cases of {@code objectives/sampling.json} that are about pass@k; the other five are the curriculum's. */
class PassAtKGoldenTest {
    @Test
    void shouldEstimateAsExactArithmeticDoes() throws IOException {
        Path file =
                Path.of(System.getProperty("longstream.goldens", "../shared/goldens"), "objectives", "sampling.json");
        assumeTrue(Files.exists(file), () -> "golden objectives/sampling.json is not there: " + file);
        List<String> differences = new ArrayList<>();
        int read = 0;
        for (JsonNode golden : new ObjectMapper().readTree(file.toFile()).path("cases")) {
            int before = differences.size();
            switch (golden.path("kind").asText()) {
                case "pass-at-k" -> compareRows(golden, differences);
                case "pass-at-k-set" -> compareSet(golden, differences);
                default -> {
                    continue;
                }
            }
            read++;
            assertThat(differences).as(golden.path("id").asText()).hasSize(before);
        }
        System.out.printf("golden objectives/sampling.json (pass@k): %d read, %d agree%n", read, read);
        assertThat(read).isEqualTo(2);
    }

    private static void compareRows(JsonNode golden, List<String> differences) {
        JsonNode rows = golden.at("/expected/rows");
        assertThat(rows).hasSizeGreaterThan(100);
        for (JsonNode row : rows) {
            double found = PassAtK.of(
                    row.path("n").asInt(),
                    row.path("correct").asInt(),
                    row.path("k").asInt());
            compare(golden, row.toString(), found, row.path("value").asDouble(), differences);
        }
    }

    private static void compareSet(JsonNode golden, List<String> differences) {
        List<ComparisonRow.AnswerOutcomes> asked = new ArrayList<>();
        for (JsonNode item : golden.at("/inputs/items")) {
            List<Double> rewards =
                    new ArrayList<>(Collections.nCopies(item.path("correct").asInt(), 1.0));
            rewards.addAll(Collections.nCopies(item.path("n").asInt() - rewards.size(), 0.0));
            asked.add(new ComparisonRow.AnswerOutcomes(rewards, 0, 0, 0, 0));
        }
        ComparisonRow row = ComparisonRow.of("policy", "set", asked, 1);
        for (JsonNode k : golden.at("/inputs/k")) {
            ComparisonRow.PassRate found = row.pass().get(k.asInt());
            assertThat(found).isNotNull();
            assertThat(found.questions()).isEqualTo(asked.size());
            compare(
                    golden,
                    "pass@" + k,
                    found.mean(),
                    golden.path("expected").path(k.asText()).asDouble(),
                    differences);
        }
    }

    private static void compare(JsonNode golden, String what, double found, double expected, List<String> differences) {
        double allowed = golden.at("/tolerance/absolute").asDouble()
                + golden.at("/tolerance/relative").asDouble() * Math.abs(expected);
        if (!(Math.abs(found - expected) <= allowed)) {
            differences.add(what + ": found " + found + ", expected " + expected);
        }
    }
}
