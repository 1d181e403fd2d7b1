package dev.longstream.streams.advantage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class AdvantagesGoldenTest {
    private final List<String> differences = new ArrayList<>();

    @Test
    void shouldGiveTheAdvantagesOfPublicImplementations() throws IOException {
        List<JsonNode> cases = cases("advantages.json");
        for (JsonNode golden : cases) {
            JsonNode inputs = golden.path("inputs");
            Members members = Members.of(inputs.path("rewards"), inputs);
            AdvantageConfig config = config(golden.path("config"));
            compare(golden, "advantages", members.advantages(config));
            List<Double> means = members.means(config);
            List<Double> expectedMeans = new ArrayList<>();
            members.groups
                    .keySet()
                    .forEach(group -> expectedMeans.add(
                            golden.at("/expected/groupMeans").path(group).asDouble()));
            compare(golden, "groupMeans", means, expectedMeans);
            check(
                    golden,
                    "groupsWithoutVariance",
                    members.uniform(),
                    words(golden.at("/expected/groupsWithoutVariance")));
        }
        report("objectives/advantages.json", cases, 32);
    }

    @Test
    void shouldShapeFilterAndScaleAsTheWholePipelinesDo() throws IOException {
        List<JsonNode> cases = cases("pipelines.json");
        for (JsonNode golden : cases) {
            JsonNode inputs = golden.path("inputs");
            JsonNode config = golden.path("config");
            OverlongPenalty overlong = overlong(config);
            List<Double> penalties = new ArrayList<>();
            List<Double> shaped = new ArrayList<>();
            for (int i = 0; i < inputs.path("rewards").size(); i++) {
                penalties.add(overlong.of(inputs.path("lengths").get(i).asInt()));
                shaped.add(inputs.path("rewards").get(i).asDouble() + penalties.get(i));
            }
            compare(golden, "penalties", penalties);
            compare(golden, "shapedRewards", shaped);
            Members unshaped = Members.of(inputs.path("rewards"), inputs);
            List<String> kept = new ArrayList<>(unshaped.groups.keySet());
            kept.removeAll(unshaped.uniform());
            check(golden, "keptGroups", kept, words(golden.at("/expected/keptGroups")));
            List<Double> all = unshaped.withRewards(shaped).advantages(config(config.path("advantages")));
            List<Double> advantages = new ArrayList<>();
            golden.at("/expected/rows").forEach(row -> advantages.add(all.get(row.asInt())));
            compare(golden, "advantages", advantages);
        }
        report("objectives/pipelines.json (advantages)", cases, 4);
    }

    @Test
    void shouldPenaliseOverlongAnswersAsDapoDoes() throws IOException {
        List<JsonNode> cases = cases("shaping.json");
        for (JsonNode golden : cases) {
            OverlongPenalty overlong = overlong(golden.path("config"));
            List<Double> penalties = new ArrayList<>();
            golden.at("/inputs/lengths").forEach(length -> penalties.add(overlong.of(length.asInt())));
            compare(golden, "penalties", penalties);
            for (int reward = 0; reward <= 1; reward++) {
                int correct = reward;
                compare(
                        golden,
                        "shapedRewards of " + reward,
                        penalties.stream().map(penalty -> correct + penalty).toList(),
                        numbers(golden.at("/expected/shapedRewards/" + reward)));
            }
        }
        report("objectives/shaping.json", cases, 4);
    }

    private static List<JsonNode> cases(String name) throws IOException {
        Path file = Path.of(System.getProperty("longstream.goldens", "../shared/goldens"), "objectives", name);
        assumeTrue(Files.exists(file), () -> "golden objectives/" + name + " is not there: " + file);
        List<JsonNode> cases = new ArrayList<>();
        new ObjectMapper().readTree(file.toFile()).path("cases").forEach(cases::add);
        return cases;
    }

    private static OverlongPenalty overlong(JsonNode config) {
        return new OverlongPenalty(
                config.path("maximumLength").asInt(), config.path("cacheLength").asInt());
    }

    private static AdvantageConfig config(JsonNode config) {
        return new AdvantageConfig(
                Baseline.valueOf(word(config.path("baseline"))),
                Scale.valueOf(word(config.path("scale"))),
                config.path("ddof").asInt(1) == 0,
                config.path("epsilon").asDouble(config.path("epsilonInVariance").asDouble(1e-6)),
                UniformGroups.REFILL,
                GroupOfOne.valueOf(word(config.path("groupOfOne"), "zero")),
                OverlongPenalty.NONE);
    }

    private static String word(JsonNode word, String... otherwise) {
        String text = word.asText(otherwise.length == 0 ? "" : otherwise[0]);
        return text.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static List<String> words(JsonNode list) {
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(word.asText()));
        return words;
    }

    private static List<Double> numbers(JsonNode list) {
        List<Double> numbers = new ArrayList<>();
        list.forEach(number -> numbers.add(number.isNull() ? null : number.asDouble()));
        return numbers;
    }

    private void compare(JsonNode golden, String what, List<Double> found) {
        compare(golden, what, found, numbers(golden.path("expected").path(what)));
    }

    /** |a − b| ≤ absolute + relative · max|expected|, the maximum over the whole array. */
    private void compare(JsonNode golden, String what, List<Double> found, List<Double> expected) {
        double largest = expected.stream()
                .mapToDouble(value -> value == null ? 0 : Math.abs(value))
                .max()
                .orElse(0);
        double allowed = golden.at("/tolerance/absolute").asDouble()
                + golden.at("/tolerance/relative").asDouble() * largest;
        boolean agree = found.size() == expected.size();
        for (int i = 0; agree && i < expected.size(); i++) {
            Double a = found.get(i);
            Double b = expected.get(i);
            agree = a == null || b == null ? a == null && b == null : Math.abs(a - b) <= allowed;
        }
        check(golden, what, agree ? expected : found, expected);
    }

    private void check(JsonNode golden, String what, List<?> found, List<?> expected) {
        if (!found.equals(expected)) {
            differences.add(golden.path("id").asText() + ": " + what + " " + found + ", expected " + expected);
        }
    }

    @SuppressWarnings("SystemOut") // the line is what golden tests leave in the build's log
    private void report(String set, List<JsonNode> cases, int expected) {
        long disagree = differences.stream()
                .map(difference -> difference.substring(0, difference.indexOf(':')))
                .distinct()
                .count();
        System.out.printf("golden %s: %d read, %d agree%n", set, cases.size(), cases.size() - disagree);
        assertThat(differences).isEmpty();
        assertThat(cases).hasSize(expected);
    }

    /** The members of a batch, and which of them make a group. */
    private static final class Members {
        private final List<Double> rewards;
        private final List<Integer> lengths;
        private final Map<String, List<Integer>> groups;
        private final Map<String, String> tasks;

        private Members(
                List<Double> rewards,
                List<Integer> lengths,
                Map<String, List<Integer>> groups,
                Map<String, String> tasks) {
            this.rewards = rewards;
            this.lengths = lengths;
            this.groups = groups;
            this.tasks = tasks;
        }

        static Members of(JsonNode rewards, JsonNode inputs) {
            Map<String, List<Integer>> groups = new LinkedHashMap<>();
            Map<String, String> tasks = new LinkedHashMap<>();
            List<Integer> lengths = new ArrayList<>();
            for (int i = 0; i < rewards.size(); i++) {
                String group = inputs.path("groups").get(i).asText();
                groups.computeIfAbsent(group, name -> new ArrayList<>()).add(i);
                tasks.put(
                        group, inputs.has("tasks") ? inputs.path("tasks").get(i).asText() : "");
                lengths.add(
                        inputs.has("lengths") ? inputs.path("lengths").get(i).asInt() : 1);
            }
            return new Members(numbers(rewards), lengths, groups, tasks);
        }

        Members withRewards(List<Double> others) {
            return new Members(others, lengths, groups, tasks);
        }

        private <T> List<T> of(String group, List<T> values) {
            List<T> own = new ArrayList<>();
            groups.get(group).forEach(i -> own.add(values.get(i)));
            return own;
        }

        private GroupAdvantages inGroup(String group, AdvantageConfig config) {
            return GroupAdvantages.of(of(group, rewards), of(group, lengths), config);
        }

        List<Double> advantages(AdvantageConfig config) {
            Double[] advantages = new Double[rewards.size()];
            List<String> names = List.copyOf(groups.keySet());
            List<GroupMoments> moments = names.stream()
                    .map(name -> GroupMoments.of(
                            tasks.get(name),
                            of(name, rewards),
                            inGroup(name, config).values(),
                            of(name, lengths)))
                    .toList();
            for (int g = 0; g < names.size(); g++) {
                List<Double> centred = inGroup(names.get(g), config).values();
                for (int i = 0; i < centred.size(); i++) {
                    Double value = centred.get(i);
                    boolean scaled = config.scale().ofBatch() && value != null;
                    advantages[groups.get(names.get(g)).get(i)] = scaled
                            ? Double.valueOf(
                                    BatchScale.of(moments, config).get(g).of(value))
                            : value;
                }
            }
            return Arrays.asList(advantages);
        }

        List<Double> means(AdvantageConfig config) {
            List<Double> means = new ArrayList<>();
            groups.keySet().forEach(group -> means.add(inGroup(group, config).mean()));
            return means;
        }

        List<String> uniform() {
            return groups.keySet().stream()
                    .filter(group -> GroupAdvantages.uniform(of(group, rewards)))
                    .toList();
        }
    }
}
