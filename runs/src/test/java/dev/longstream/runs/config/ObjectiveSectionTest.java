package dev.longstream.runs.config;

import dev.longstream.config.ConfigurationException;
import dev.longstream.streams.advantage.GroupAdvantages;
import dev.longstream.streams.advantage.OverlongPenalty;
import dev.longstream.streams.advantage.UniformGroups;
import dev.longstream.trainer.objective.Aggregation;
import dev.longstream.trainer.objective.Cispo;
import dev.longstream.trainer.objective.Clip;
import dev.longstream.trainer.objective.Gmpo;
import dev.longstream.trainer.objective.Loss;
import dev.longstream.trainer.objective.LossInputs;
import dev.longstream.trainer.objective.RatioLevel;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

class ObjectiveSectionTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void shouldResolveEveryNameAndReadItBack(ObjectivePreset preset) throws IOException {
        // When
        ResolvedConfig resolved = load("objective: " + preset.word() + "\n");
        // Then
        assertThat(resolved.config().objective().name()).isEqualTo(preset.word());
        assertThat(resolved.printed()).contains("name: " + preset.word(), "aggregation: ", "baseline: ");
        assertThat(load(resolved.printed()).config()).isEqualTo(resolved.config());
    }

    @Test
    void shouldReplaceSingleSettingsOfANamedObjective() throws IOException {
        ObjectiveSection objective = new ConfigurationLoader()
                .file(file("objective: dapo\n"))
                .environment(Map.of("LONGSTREAM_OBJECTIVE_LOSS_KL_COEFFICIENT", "0.01"))
                .set("objective.loss.clip-high=0.4")
                .load()
                .config()
                .objective();

        assertThat(objective.loss().surrogate()).isEqualTo(new Clip(RatioLevel.TOKEN, 0.2, 0.4, 0, 0));
        assertThat(objective.loss().kl().coefficient()).isEqualTo(0.01);
        assertThat(objective.loss().reduction().aggregation()).isEqualTo(Aggregation.TOKEN_MEAN);
        assertThat(objective.advantage().overlong().maximumLength())
                .isEqualTo(RunConfig.DEFAULT.sampling().maxTokens());
    }

    @Test
    void shouldFollowThePapersWhereAnObjectiveNamesOne() throws IOException {
        ObjectiveSection grpo = load("objective: grpo\n").config().objective();
        ObjectiveSection dapo = load("objective: dapo\n").config().objective();
        ObjectiveSection qwenLong = load("objective: qwenlong-l1\nsampling: {max-tokens: 10000}\n")
                .config()
                .objective();

        assertThat(grpo.loss().surrogate()).isEqualTo(new Clip(RatioLevel.TOKEN, 0.2, 0.2, 0, 0));
        assertThat(grpo.advantage().uniformGroups())
                .as("GRPO has no dynamic sampling")
                .isEqualTo(UniformGroups.KEEP);
        assertThat(dapo.loss().surrogate()).isEqualTo(new Clip(RatioLevel.TOKEN, 0.2, 0.28, 0, 0));
        assertThat(dapo.advantage().uniformGroups()).isEqualTo(UniformGroups.REFILL);
        assertThat(qwenLong.loss().surrogate()).isEqualTo(new Clip(RatioLevel.TOKEN, 0.2, 0.2, 0, 0));
        assertThat(qwenLong.advantage().overlong()).isEqualTo(new OverlongPenalty(10_000, 1_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dr-grpo", "reinforce-plus-plus-baseline"})
    void shouldHaveNoDualClipWhereThePaperHasNone(String name) throws IOException {
        assertThat(load("objective: " + name + "\n").config().objective().loss().surrogate())
                .isEqualTo(new Clip(RatioLevel.TOKEN, 0.2, 0.2, 0, 0));
    }

    @Test
    void shouldRefuseTruncatedSamplingThatTheClipWouldPunish() throws IOException {
        assertThat(refused("sampling: {top-p: 0.7, top-k: 20}\n").problems())
                .anySatisfy(problem -> assertThat(problem).contains("sampling.top-p is 0.7", "clip-low (0.8)"))
                .anySatisfy(problem -> assertThat(problem).contains("sampling.top-k is 20"));
    }

    @Test
    void shouldTakeSettingsOfTheNameThatIsGivenLast() throws IOException {
        ObjectiveSection objective = new ConfigurationLoader()
                .file(file("objective: dapo\n"))
                .set("objective.name=cispo")
                .load()
                .config()
                .objective();

        assertThat(objective.loss().surrogate()).isEqualTo(Cispo.DEFAULT);
        assertThat(objective.advantage().overlong().present()).isFalse();
    }

    @Test
    void shouldSayEveryContradictionAtOnceByPath() throws IOException {
        // When
        ConfigurationException refused = refused(
                """
                objective:
                  name: dapo
                  loss:
                    surrogate: cispo
                    ratio: sequence
                    constant-length: 9
                    correction: {kind: truncate, upper: -1}
                    rejections:
                      - {level: token, estimator: k2, lower: 0.5, upper: 2}
                    kl: {importance-weighted: true}
                    entropy: {top-share: 0}
                    negatives: {entropy-high: 0.1, entropy-low: 0.2, clipped: tokens}
                  advantage: {epsilon: 0, overlong: {cache-length: 0}}
                """);
        // Then
        assertThat(refused.problems())
                .extracting(problem -> problem.substring(0, problem.indexOf(' ')))
                .containsExactlyInAnyOrder(
                        "objective.loss.ratio",
                        "objective.loss.constant-length",
                        "objective.loss.correction.kind",
                        "objective.loss.correction.upper",
                        "objective.loss.correction.lower",
                        "objective.loss.rejections[0]",
                        "objective.loss.rejections[0].lower",
                        "objective.loss.kl.importance-weighted",
                        "objective.loss.entropy.top-share",
                        "objective.loss.negatives.entropy-low",
                        "objective.loss.negatives.clipped-share",
                        "objective.advantage.epsilon",
                        "objective.advantage.overlong.cache-length");
        assertThat(refused.problems())
                .contains(
                        "objective.loss.rejections[0].lower is 0.5, must be 0: only k1 has a lower bound",
                        "objective.loss.ratio is \"sequence\", but surrogate cispo takes only ratio-low, ratio-high");
    }

    @Test
    void shouldForgetTheParametersOfTheSurrogateThatIsReplaced() throws IOException {
        // When
        ObjectiveSection objective =
                load("objective: {name: dapo, loss: {surrogate: gmpo, clip-low: 0.4, clip-high: 0.4}}")
                        .config()
                        .objective();
        // Then
        assertThat(objective.loss().surrogate()).isEqualTo(new Gmpo(0.4, 0.4));
        assertThat(refused("objective: {loss: {surrogate: gmpo}}").problems())
                .containsExactlyInAnyOrder(
                        "objective.loss.clip-low is missing, expected a number",
                        "objective.loss.clip-high is missing, expected a number");
        assertThat(refused("objective: {loss: {surrogate: ppo}}").problems())
                .containsExactly(
                        "objective.loss.surrogate is \"ppo\", expected one of clip, cispo, reinforce, sapo, gmpo,"
                                + " dppo-tv, dppo-kl, vespo");
    }

    @Test
    void shouldRefuseNamesAndKeysThatAreNone() throws IOException {
        assertThat(refused("objective: {name: dpo, loss: {clip-hihg: 1, kl: null}}\n")
                        .problems())
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem)
                                .startsWith("objective.name is 'dpo', expected one of default, grpo, dapo")
                                .endsWith("did you mean dapo?"),
                        problem -> assertThat(problem)
                                .isEqualTo(
                                        "objective.loss.clip-hihg is not a configuration key; did you mean clip-high?"),
                        problem -> assertThat(problem).startsWith("objective.loss.kl is empty"));
        assertThat(refused("objective: [dapo]\n").problems())
                .singleElement()
                .asString()
                .startsWith("objective is [\"dapo\"], expected keys: name, loss, advantage");
    }

    @Test
    void shouldReplaceSingleSettingsInAPhase() throws IOException {
        // Given
        String text =
                """
                objective: {name: dapo, loss: {clip-low: 0.1}}
                phases:
                  - {name: one, longer-than: 0, up-to: 100, steps: 1}
                  - {name: two, longer-than: 0, up-to: 100, steps: 1, objective: {loss: {clip-high: 0.3}}, optimizer: reset}
                  - {name: three, longer-than: 0, up-to: 100, steps: 1, objective: cispo}
                  - {name: longer, longer-than: 0, up-to: 100, steps: 1, max-tokens: 500}
                """;
        // When
        ResolvedConfig resolved = load(text);
        RunConfig config = resolved.config();
        // Then
        List<ObjectiveSection> objectives =
                config.scheduledPhases().stream().map(config::objectiveOf).toList();
        assertThat(config.phases().get(0).objective()).isNull();
        assertThat(objectives.get(0)).isEqualTo(config.objective());
        assertThat(objectives.get(1).loss().surrogate())
                .as("the run's lower bound")
                .isEqualTo(new Clip(RatioLevel.TOKEN, 0.1, 0.3, 0, 0));
        assertThat(objectives.get(1).advantage()).isEqualTo(config.objective().advantage());
        assertThat(objectives.get(2).loss().surrogate()).isEqualTo(Cispo.DEFAULT);
        assertThat(objectives.get(3).advantage().overlong().maximumLength())
                .as("lengths follow the phase's limit")
                .isEqualTo(500);
        assertThat(config.phases())
                .extracting(phase -> phase.start().optimizer())
                .containsExactly(MomentsAtStart.KEEP, MomentsAtStart.RESET, MomentsAtStart.KEEP, MomentsAtStart.KEEP);
        assertThat(load(resolved.printed()).config()).isEqualTo(config);
    }

    @Test
    void shouldReachBelowAPhasesObjectiveByAPath() {
        RunConfig config = new ConfigurationLoader()
                .set("phases[1].objective=dapo")
                .set("phases[1].objective.loss.clip-high=0.4")
                .load()
                .config();

        assertThat(config.objectiveOf(config.phases().get(1)).name()).isEqualTo("dapo");
        assertThat(config.objectiveOf(config.phases().get(1)).loss().surrogate())
                .isEqualTo(new Clip(RatioLevel.TOKEN, 0.2, 0.4, 0, 0));
        assertThat(config.phases().get(0).objective()).isNull();
    }

    @Test
    void shouldSayWhatIsWrongWithAPhasesObjectiveByPath() throws IOException {
        assertThat(refused(
                                """
                                        phases:
                                          - {name: one, longer-than: 0, up-to: 9, steps: 1, optimizer: reset}
                                          - {name: two, longer-than: 0, up-to: 9, steps: 1, objective: {name: dpo, loss: {clip-hihg: 1}}}
                                          - {name: three, longer-than: 0, up-to: 9, steps: 1, objective: {loss: {clip-low: 0}}}
                                        """)
                        .problems())
                .anySatisfy(problem -> assertThat(problem).startsWith("phases[1].objective.name is 'dpo'"))
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("phases[1].objective.loss.clip-hihg is not a configuration key"))
                .anySatisfy(problem -> assertThat(problem).startsWith("phases[2].objective.loss.clip-low is 0.0"));
        assertThat(refused("phases: [{name: one, longer-than: 0, up-to: 9, steps: 1, optimizer: reset}]\n")
                        .problems())
                .containsExactly("phases[0].optimizer is reset, but there is no phase before the first");
    }

    @Test
    void shouldRefuseAPenaltyThatCouldNeverApply() throws IOException {
        assertThat(refused("objective: {advantage: {overlong: {maximum-length: 999, cache-length: 9}}}\n")
                        .problems())
                .singleElement()
                .asString()
                .startsWith(
                        "objective has a penalty on length that begins at more tokens than sampling.max-tokens allows (32)");
    }

    @Test
    void shouldTrainByDapoOtherwiseThanByGrpo() throws IOException {
        // Given
        RunConfig grpo = load("objective: grpo\n").config();
        RunConfig dapo = load("objective: dapo\n").config();
        int longest = dapo.sampling().maxTokens();

        // Then
        // DAPO lowers the reward of an answer that reaches the length limit.
        List<Double> rewards = List.of(1.0, 0.0);
        assertThat(grpo.objective().advantage().overlong().of(longest)).isZero();
        assertThat(dapo.objective().advantage().overlong().of(longest)).isEqualTo(-1);
        assertThat(GroupAdvantages.of(rewards, List.of(1, 1), dapo.objective().advantage()))
                .isEqualTo(GroupAdvantages.of(
                        rewards, List.of(1, 1), grpo.objective().advantage()));

        // DAPO gives every token the same weight, GRPO every answer.
        assertThat(gradients(grpo, 1)).containsExactly(new double[] {-0.5, 1 / 6.0, 1 / 6.0, 1 / 6.0}, within(1e-12));
        assertThat(gradients(dapo, 1)).containsExactly(new double[] {-0.25, 0.25, 0.25, 0.25}, within(1e-12));

        // Only DAPO goes on to raise the probability of a token that became 1.25 times as likely.
        assertThat(gradients(grpo, 1.25)[0]).isZero();
        assertThat(gradients(dapo, 1.25)[0]).isCloseTo(-1.25 / 4, within(1e-12));
    }

    /**
     * Computes the gradients for two answers of 1 and 3 tokens, with advantages 1 and −1, all tokens at the same
     * importance ratio.
     */
    private static double[] gradients(RunConfig config, double ratio) {
        double[][] behaviour = {{-1}, {-1, -1, -1}};
        double[][] current = Arrays.stream(behaviour)
                .map(answer -> Arrays.stream(answer)
                        .map(logProb -> logProb + Math.log(ratio))
                        .toArray())
                .toArray(double[][]::new);
        double[][] entropies = {{1}, {1, 1, 1}};
        double[][] advantages = {{1}, {-1, -1, -1}};
        Loss loss = config.objective()
                .loss()
                .objective()
                .evaluate(new LossInputs(
                        current, behaviour, behaviour, new double[0][], entropies, advantages, 4, 2, false));
        return Arrays.stream(loss.gradient()).flatMapToDouble(Arrays::stream).toArray();
    }

    private ConfigurationException refused(String text) throws IOException {
        Path file = file(text);
        return catchThrowableOfType(
                ConfigurationException.class,
                () -> new ConfigurationLoader().file(file).load());
    }

    private ResolvedConfig load(String text) throws IOException {
        return new ConfigurationLoader().file(file(text)).load();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("run.yaml"), text);
    }
}
