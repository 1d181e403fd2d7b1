package dev.longstream.streams.grouping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class AdvantagesGoldenTest {
    private static final int CASES_IN_SCOPE = 15;

    @Test
    void shouldAgreeWithEveryGoldenCaseOfTheGroupMean() throws IOException {
        // Given
        Path file =
                Path.of(System.getProperty("longstream.goldens", "../shared/goldens"), "objectives", "advantages.json");
        assumeTrue(Files.exists(file), "no golden advantages in this folder: set -Dlongstream.goldens=DIR");
        JsonNode cases = new ObjectMapper().readTree(file.toFile()).path("cases");
        List<String> differences = new ArrayList<>();
        int inScope = 0;
        for (JsonNode golden : cases) {
            if (inScope(golden)) {
                inScope++;
                // When, then
                difference(golden, differences);
            }
        }
        System.out.printf(
                "golden objectives/advantages: %d read, %d agree (group mean, scaled by its group or not at all, n - 1;"
                        + " the other %d of the file are of other kinds)%n",
                inScope, inScope - differences.size(), cases.size() - inScope);
        assertThat(differences).isEmpty();
        assertThat(inScope).isEqualTo(CASES_IN_SCOPE);
    }

    /** A group of one has no advantage here; cases that record what verl does instead are out of scope. */
    private static boolean inScope(JsonNode golden) {
        JsonNode config = golden.path("config");
        String scale = config.path("scale").asText();
        return config.path("baseline").asText().equals("group-mean")
                && (scale.equals("group") || scale.equals("none"))
                && config.path("ddof").asInt(1) == 1
                && (config.path("groupOfOne").asText().equals("zero")
                        || groups(golden).values().stream().allMatch(members -> members.size() > 1));
    }

    private static Map<String, List<Integer>> groups(JsonNode golden) {
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        JsonNode names = golden.path("inputs").path("groups");
        for (int i = 0; i < names.size(); i++) {
            groups.computeIfAbsent(names.get(i).asText(), name -> new ArrayList<>())
                    .add(i);
        }
        return groups;
    }

    private static void difference(JsonNode golden, List<String> differences) {
        JsonNode rewards = golden.path("inputs").path("rewards");
        JsonNode config = golden.path("config");
        GroupingConfig grouping = new GroupingConfig(
                config.path("scale").asText().equals("group"),
                config.path("epsilon").asDouble(1e-6));
        Double[] found = new Double[rewards.size()];
        List<String> uniform = new ArrayList<>();
        boolean meansAgree = true;
        for (Map.Entry<String, List<Integer>> group : groups(golden).entrySet()) {
            List<Double> members = new ArrayList<>();
            group.getValue()
                    .forEach(i -> members.add(
                            rewards.get(i).isNull() ? null : rewards.get(i).asDouble()));
            Advantages advantages = Advantages.of(members, grouping);
            for (int k = 0; k < members.size(); k++) {
                found[group.getValue().get(k)] = advantages.values().get(k);
            }
            if (Advantages.uniform(members)) {
                uniform.add(group.getKey());
            }
            double mean = golden.path("expected")
                    .path("groupMeans")
                    .path(group.getKey())
                    .asDouble();
            meansAgree &= Math.abs(advantages.mean() - mean) <= tolerance(golden, Math.abs(mean));
        }
        List<String> expectedUniform = new ArrayList<>();
        golden.path("expected").path("groupsWithoutVariance").forEach(name -> expectedUniform.add(name.asText()));
        if (!meansAgree || !uniform.equals(expectedUniform) || !agree(golden, found)) {
            differences.add(golden.path("id").asText() + ": found " + List.of(found) + ", uniform " + uniform);
        }
    }

    private static boolean agree(JsonNode golden, Double[] found) {
        JsonNode expected = golden.path("expected").path("advantages");
        double largest = 0;
        for (JsonNode value : expected) {
            largest = Math.max(largest, Math.abs(value.asDouble()));
        }
        for (int i = 0; i < found.length; i++) {
            boolean absent = expected.get(i).isNull();
            if (absent != (found[i] == null)
                    || (!absent && Math.abs(found[i] - expected.get(i).asDouble()) > tolerance(golden, largest))) {
                return false;
            }
        }
        return true;
    }

    private static double tolerance(JsonNode golden, double largest) {
        JsonNode tolerance = golden.path("tolerance");
        return tolerance.path("absolute").asDouble()
                + tolerance.path("relative").asDouble() * largest;
    }
}
