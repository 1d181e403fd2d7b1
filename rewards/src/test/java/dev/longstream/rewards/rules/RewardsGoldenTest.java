package dev.longstream.rewards.rules;

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
import java.util.function.Function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class RewardsGoldenTest {
    private static final int CASES = 317;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void shouldAgreeWithEveryGoldenCaseInScoreAndInWhatWasExtracted() throws IOException {
        compare("rewards", golden -> {
            RuleVerdict verdict = score(golden, RuleProfile.DEFAULT);
            JsonNode expected = golden.path("expect");
            return new Comparison(
                    verdict.extracted() + " " + verdict.score(),
                    expected.path("extracted").textValue() + " " + number(expected.path("score")),
                    verdict.reason());
        });
    }

    /** An error of the released code is a gold that cannot be read; it has no rule for boxed mathematics. */
    @Test
    void shouldGiveTheScoresOfTheReleasedCodeUnderItsProfile() throws IOException {
        compare("rewards (qwenlong-l1-compat)", golden -> {
            RuleVerdict verdict = score(golden, RuleProfile.QWENLONG_L1_COMPAT);
            return new Comparison(
                    String.valueOf(verdict.score()), number(golden.at("/compat/score")), verdict.reason());
        });
    }

    private record Comparison(String found, String expected, String reason) {}

    private static void compare(String set, Function<JsonNode, Comparison> comparison) throws IOException {
        Path file = Path.of(System.getProperty("longstream.goldens", "../shared/goldens"), "rewards", "cases.jsonl");
        assumeTrue(
                Files.exists(file), "no golden cases of the rule rewards in this folder: set -Dlongstream.goldens=DIR");
        List<String> lines = Files.readAllLines(file);
        List<String> differences = new ArrayList<>();
        for (String line : lines) {
            JsonNode golden = JSON.readTree(line);
            Comparison compared = comparison.apply(golden);
            if (!compared.found().equals(compared.expected())) {
                differences.add(golden.path("id").asText() + ": expected " + compared.expected() + ", found "
                        + compared.found() + " (" + compared.reason() + "); "
                        + golden.path("why").asText());
            }
        }
        System.out.printf("golden %s: %d read, %d agree%n", set, lines.size(), lines.size() - differences.size());
        assertThat(differences).isEmpty();
        assertThat(lines).hasSize(CASES);
    }

    private static String number(JsonNode score) {
        return score.isNumber() ? Double.toString(score.doubleValue()) : "null";
    }

    private static RuleVerdict score(JsonNode golden, RuleProfile profile) {
        String kind = golden.path("kind").asText().replace('-', '_').toUpperCase(Locale.ROOT);
        List<String> golds = new ArrayList<>();
        JsonNode gold = golden.path("gold");
        (gold.isArray() ? gold : List.of(gold)).forEach(one -> golds.add(one.textValue()));
        Map<String, String> options = new LinkedHashMap<>();
        golden.path("options")
                .fields()
                .forEachRemaining(
                        option -> options.put(option.getKey(), option.getValue().asText()));
        return RuleRewards.of(profile)
                .of(AnswerKind.valueOf(kind))
                .score(
                        golden.path("output").asText(),
                        golds,
                        options,
                        golden.path("thinking").asText().equals("expected"));
    }
}
