package dev.longstream.streams.scoring;

import dev.longstream.config.ConfigurationException;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.RewardComponent;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Trajectory;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.rewards.RewardPolicy;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.rewards.rules.CitationSettings;
import dev.longstream.rewards.rules.Citations;
import dev.longstream.rewards.rules.ComponentSettings;
import dev.longstream.rewards.rules.FormatSettings;
import dev.longstream.rewards.rules.LengthSettings;
import dev.longstream.rewards.rules.NumberSettings;
import dev.longstream.rewards.rules.RuleProfile;
import dev.longstream.rewards.rules.SetMeasure;
import dev.longstream.streams.topology.StageDriver;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.tuple;

class ComponentsTest {
    /** LongRLVR's sum, a form and a penalty; answers of {@code Records} have three tokens. */
    private static final ComponentSettings ALL = new ComponentSettings(
            new FormatSettings("<cite>.*</cite>", 0.5),
            new CitationSettings("<cite>([^<]*)</cite>", 2, 0.1, 0.9),
            new LengthSettings(1, 5, 0.2));

    @Test
    void shouldKeepPartsApartAndAddThemByTheirWeights() {
        // Given
        // One of two cited passages holds evidence, and one of two that hold evidence is cited: P = R = F = 1/2.
        ScoredTrajectory right = score(ALL, "<cite>p2, p9</cite> The answer is Ghent.", List.of("p2", "p4"));
        ScoredTrajectory wrong = score(ALL, "<cite>p2 p9</cite> The answer is Bruges.", List.of("p2", "p4"));
        // Then
        assertThat(right.getComponents())
                .extracting(RewardComponent::getName, RewardComponent::getValue, RewardComponent::getExtracted)
                .containsExactly(
                        tuple("rule", 1.0, "Ghent"),
                        tuple("format", 1.0, null),
                        tuple("citation", 0.5, "p2, p9"),
                        tuple("length", -0.5, null));
        assertThat(right.getReward()).isCloseTo(1 + 0.5 + 0.1 * 0.5 + 0.9 * 0.5 - 0.2 * 0.5, offset(1e-12));
        assertThat(wrong.getReward()).isCloseTo(0.5 + 0.1 * 0.5 - 0.2 * 0.5, offset(1e-12));
    }

    @Test
    void shouldMeasureDifficultyByTheAnswerAlone() {
        ScoringConfig config = config(RewardPolicy.RULE, ALL);
        try (StageDriver stage = new StageDriver(log -> ScoringTopology.build(log, config, null, "digest", () -> -1))) {
            stage.send(stage.topics().trajectories(), "p1@0", answer("<cite>p2</cite> The answer is Bruges.", null));

            assertThat(stage.values(stage.topics().scored()).get(0).getReward()).isNotZero();
            assertThat(stage.values(stage.topics().difficulty()).get(0).getMeanReward())
                    .as("the form is right, the answer is not")
                    .isZero();
        }
    }

    @Test
    void shouldPayNothingForCitationsWhereNobodyKnowsTheEvidence() {
        ScoredTrajectory score = score(ALL, "<cite>p2</cite> The answer is Ghent.", null);

        assertThat(score.getComponents().get(2).getValue()).isNull();
        assertThat(score.getReward()).isCloseTo(1 + 0.5 - 0.2 * 0.5, offset(1e-12));
    }

    @Test
    void shouldWeighRecallByBeta() {
        Set<String> cited = Set.of("a", "b", "c", "d");

        assertThat(Citations.fBeta(cited, List.of("a", "b"), 1)).isCloseTo(2.0 / 3, offset(1e-12));
        assertThat(Citations.fBeta(cited, List.of("a", "b"), 2)).isCloseTo(5 * 0.5 / (4 * 0.5 + 1), offset(1e-12));
        assertThat(Citations.fBeta(cited, List.of("x"), 2)).isZero();
        assertThat(Citations.fBeta(Set.of(), List.of("x"), 2)).isZero();
    }

    @Test
    void shouldAddTheSamePartsToWhatTheJudgeDecides() {
        ScoringConfig config = config(RewardPolicy.MAX, ALL);
        try (StageDriver stage = new StageDriver(log ->
                ScoringTopology.build(log, config, new AskedJudge("judge", "rubric", false), "digest", () -> -1))) {
            stage.send(
                    stage.topics().trajectories(),
                    "p1@0",
                    answer("<cite>p2</cite> The answer is Gent.", List.of("p2")));
            JudgeRequest asked = stage.values(stage.topics().judgeRequests()).get(0);
            stage.send(
                    stage.topics().verdicts(),
                    asked.getKey(),
                    Records.verdict(asked.getKey())
                            .setScore(1.0)
                            .setWords("[[YES]]")
                            .build());

            ScoredTrajectory score = stage.values(stage.topics().scored()).get(0);
            assertThat(score.getComponents())
                    .extracting(RewardComponent::getName)
                    .containsExactly("rule", "format", "citation", "length", "judge");
            assertThat(score.getReward()).isCloseTo(1 + 0.5 + 0.1 + 0.9 - 0.2 * 0.5, offset(1e-12));
        }
    }

    @Test
    void shouldNameEveryProblem() {
        assertThatThrownBy(() -> new ComponentSettings(
                        new FormatSettings("(", 1),
                        new CitationSettings("p\\d", 0, 0.1, 0),
                        new LengthSettings(5, 5, 1)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("components.format.pattern is not a regular expression")
                .hasMessageContaining("components.citation.pattern is p\\d, which has no group")
                .hasMessageContaining("components.citation.beta is 0.0")
                .hasMessageContaining("components.length.from is 5 tokens");
        assertThatThrownBy(() -> new ComponentSettings(
                        new FormatSettings(null, 1), new CitationSettings("(p)", 2, 0, 0), new LengthSettings(1, 2, 0)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("components.format.weight")
                .hasMessageContaining("components.citation has weights")
                .hasMessageContaining("components.length.weight is 0");
    }

    private static ScoredTrajectory score(ComponentSettings components, String text, List<String> evidence) {
        ScoringConfig config = config(RewardPolicy.RULE, components);
        try (StageDriver stage = new StageDriver(log -> ScoringTopology.build(log, config, null, "digest", () -> -1))) {
            stage.send(stage.topics().trajectories(), "p1@0", answer(text, evidence));
            return stage.values(stage.topics().scored()).get(0);
        }
    }

    private static Trajectory answer(String text, List<String> evidence) {
        return Records.trajectory("p1@0", 0)
                .setQuestion(Records.question("p1").setEvidence(evidence).build())
                .setText(text)
                .build();
    }

    private static ScoringConfig config(RewardPolicy policy, ComponentSettings components) {
        return new ScoringConfig(
                false, RuleProfile.DEFAULT, NumberSettings.DEFAULT, null, policy, 0.5, components, SetMeasure.EXACT);
    }
}
