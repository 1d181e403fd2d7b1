package dev.longstream.streams.curriculum;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.record.Difficulty;
import dev.longstream.record.Outcome;
import dev.longstream.record.Trajectory;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.curriculum.PhasePlan.DrawTurn;
import dev.longstream.streams.curriculum.Retrospective.RetrospectiveChoice;
import dev.longstream.streams.scoring.ScoringTopology;
import dev.longstream.streams.topology.StageDriver;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The five cases of {@code objectives/sampling.json} that are about retrospective sampling; the other two are about pass@k. */
class RetrospectiveGoldenTest {
    private static final double SHARE = 0.5;

    @Test
    void shouldDrawAsTheEquationsSay() throws IOException {
        Path file =
                Path.of(System.getProperty("longstream.goldens", "../shared/goldens"), "objectives", "sampling.json");
        assumeTrue(Files.exists(file), () -> "golden objectives/sampling.json is not there: " + file);
        int read = 0;
        for (JsonNode golden : new ObjectMapper().readTree(file.toFile()).path("cases")) {
            String kind = golden.path("kind").asText();
            if (kind.equals("retrospective")) {
                compareDraw(golden, numbers(golden.at("/inputs/meanRewards")));
            } else if (kind.equals("retrospective-groups")) {
                double[] means = meansOfGroups(golden.at("/inputs/rewards"));
                compare(golden, "meanRewards", means);
                compareDraw(golden, means);
                assertThat(hardSet(means)).isEqualTo(numbers(golden.at("/expected/hardSet")));
            } else {
                continue;
            }
            read++;
        }
        System.out.printf("golden objectives/sampling.json (retrospective): %d read, %d agree%n", read, read);
        assertThat(read).isEqualTo(5);
    }

    /**
     * Returns the mean reward of each group that scoring publishes to {@code difficulty}, for right, wrong and missing
     * answers.
     */
    private static double[] meansOfGroups(JsonNode groups) {
        try (StageDriver scoring =
                new StageDriver(log -> ScoringTopology.build(log, ScoringConfig.DEFAULT, null, "digest", () -> -1))) {
            double[] means = new double[groups.size()];
            for (int group = 0; group < means.length; group++) {
                JsonNode rewards = groups.get(group);
                for (int sample = 0; sample < rewards.size(); sample++) {
                    String groupId = "p" + group + "@" + group;
                    scoring.send(
                            scoring.topics().trajectories(),
                            groupId,
                            answer(groupId, sample, rewards.size(), rewards.get(sample)));
                }
                List<Difficulty> known = scoring.values(scoring.topics().difficulty());
                means[group] = known.get(known.size() - 1).getMeanReward();
            }
            return means;
        }
    }

    private static Trajectory answer(String groupId, int sample, int groupSize, JsonNode reward) {
        String text = reward.asInt() == 1 ? "The answer is Ghent." : "The answer is Bruges.";
        return Records.trajectory(groupId, sample)
                .setGroupSize(groupSize)
                .setText(text)
                .setOutcome(reward.isNull() ? Outcome.INFRASTRUCTURE_FAILED : Outcome.COMPLETED)
                .build();
    }

    private static void compareDraw(JsonNode golden, double[] means) {
        Retrospective by = new Retrospective(
                SHARE,
                RetrospectiveChoice.INVERSE_REWARD,
                1 / golden.at("/config/cap").asDouble());
        compare(golden, "weights", Arrays.stream(means).map(by::weight).toArray());
        compare(golden, "probabilities", drawn(by, means));
    }

    /** Probability of each prompt as the plan of a phase says it on drawing it; every second turn of the phase is such a draw. */
    private static double[] drawn(Retrospective by, double[] means) {
        PhasePlan plan = plan(by, means);
        double[] probabilities = new double[means.length];
        IntStream.range(0, 2 * means.length)
                .mapToObj(plan::turn)
                .filter(turn -> turn.meanReward() != null)
                .forEach(turn -> probabilities[number(turn)] += turn.probability());
        return probabilities;
    }

    private static double[] hardSet(double[] means) {
        PhasePlan plan = plan(new Retrospective(SHARE, RetrospectiveChoice.HARD_SET, 1), means);
        return IntStream.range(0, 2 * plan.earlier())
                .mapToObj(plan::turn)
                .filter(turn -> turn.meanReward() != null)
                .mapToDouble(RetrospectiveGoldenTest::number)
                .sorted()
                .toArray();
    }

    private static int number(DrawTurn turn) {
        return Integer.parseInt(turn.promptId().substring(1));
    }

    private static PhasePlan plan(Retrospective retrospective, double[] means) {
        List<PromptCandidate> earlier = IntStream.range(0, means.length)
                .mapToObj(i -> new PromptCandidate("e" + i, "t", means[i]))
                .toList();
        List<PromptCandidate> own = IntStream.range(0, means.length)
                .mapToObj(i -> new PromptCandidate("o" + i, "t", null))
                .toList();
        CurriculumConfig config = new CurriculumConfig(
                List.of(
                        new Phase("short", 0, 100, 9, 1, 1, 0, 8),
                        new Phase(
                                "long",
                                100,
                                200,
                                9,
                                new AnswerSampling(1, 1, 0, 8),
                                new PromptChoice(PromptSelection.SHUFFLED, PromptFilter.DEFAULT, null, retrospective),
                                PhaseEnd.AFTER_ITS_STEPS)),
                8,
                8,
                1,
                InputLength.TEMPLATED,
                "held-out",
                1);
        return new PhasePlan(config, 1, own, earlier);
    }

    private static double[] numbers(JsonNode list) {
        List<Double> numbers = new ArrayList<>();
        list.forEach(number -> numbers.add(number.asDouble()));
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** |a − b| ≤ absolute + relative · max|expected|, the maximum over the whole array. */
    private static void compare(JsonNode golden, String what, double[] found) {
        double[] expected = numbers(golden.path("expected").path(what));
        double allowed = golden.at("/tolerance/absolute").asDouble()
                + golden.at("/tolerance/relative").asDouble()
                        * Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertThat(found).as(golden.path("id").asText() + ": " + what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(found[i] - expected[i]))
                    .as("%s: %s[%d] is %s, expected %s", golden.path("id").asText(), what, i, found[i], expected[i])
                    .isLessThanOrEqualTo(allowed);
        }
    }
}
