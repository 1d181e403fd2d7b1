package dev.longstream.engines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.engines.EngineProgress.FailedSample;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.VersionTokens;
import dev.longstream.testing.ScriptedServer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Engines that lack something, fail, restart or lie. */
@Timeout(60)
class FaultyEngineTest {
    @TempDir
    private static Path folder;

    private static EngineVersion zero;

    @BeforeAll
    static void write() {
        zero = TestPolicies.write(folder, 0);
    }

    @AfterAll
    static void close() {
        zero.folder().close();
    }

    @Test
    void shouldRefuseAnEngineThatTakesNoWeightsAndNameItsOption() {
        try (ScriptedEngine engine = new ScriptedEngine().withoutWeightRoutes();
                EngineSampler sampler = sampler(engine)) {
            assertThatThrownBy(() -> sampler.advance(Duration.ZERO))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining(engine.url())
                    .hasMessageContaining("VLLM_SERVER_DEV_MODE=1");
        }
    }

    @Test
    void shouldRefuseAnEngineThatGivesNoTokenIdsAndNameItsOption() {
        try (ScriptedEngine engine = new ScriptedEngine().withoutTokens();
                EngineSampler sampler = sampler(engine)) {
            assertThatThrownBy(() -> sampler.advance(Duration.ZERO))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining("--enable-scale-out");
        }
    }

    @Test
    void shouldRefuseAnEngineThatWantsAKeyAndNameTheSetting() {
        try (ScriptedEngine engine = new ScriptedEngine().withKey();
                EngineSampler sampler = sampler(engine)) {
            assertThatThrownBy(() -> sampler.advance(Duration.ZERO))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining("rollouts.engine.api-key-variable");
        }
    }

    @Test
    void shouldRefuseLogProbabilitiesOfAnotherDistributionAndNameTheOption() {
        try (ScriptedEngine engine = new ScriptedEngine().answering(FaultyEngineTest::raw);
                EngineSampler sampler = sampler(engine)) {
            assertThatThrownBy(() -> sampler.advance(Duration.ZERO))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining("is -0.7, expected 0")
                    .hasMessageContaining("--logprobs-mode processed_logprobs");
        }
    }

    private static ObjectNode raw(ObjectNode choice) {
        choice.path("logprobs").path("content").forEach(token -> ((ObjectNode) token).put("logprob", -0.7));
        return choice;
    }

    @Test
    void shouldRefuseAModelThatTheEngineDoesNotServe() {
        try (ScriptedEngine engine = new ScriptedEngine();
                EngineSampler sampler = sampler(
                        engine.url(),
                        new EngineConfig(
                                EngineKind.VLLM,
                                List.of(engine.url()),
                                "other",
                                null,
                                Duration.ofSeconds(30),
                                3,
                                false,
                                0.001))) {
            assertThatThrownBy(() -> sampler.advance(Duration.ZERO))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining("has no model other, only [tiny]");
        }
    }

    @Test
    void shouldStayPausedAfterAFailedLoadUntilOneSucceeds() {
        // Given
        try (ScriptedEngine engine = new ScriptedEngine()
                        .reloading(attempt ->
                                attempt == 1 ? Reply.raw(500, "{\"error\": \"no such file\"}") : Reply.raw(200, "{}"));
                EngineSampler sampler = sampler(engine)) {
            sampler.submit(request(2));
            // When
            sampler.advance(Duration.ZERO);

            // Then
            assertThat(engine.calls()).containsExactly("pause", "reload");
            assertThat(sampler.trouble()).hasValueSatisfying(trouble -> assertThat(trouble)
                    .contains(zero.folder().path().toString(), "no such file", "restart the engine"));
            assertThat(finish(sampler, 2)).hasSize(2);
            assertThat(engine.calls())
                    .containsExactly("pause", "reload", "pause", "reload", "label", "resume", "generate", "generate");
            assertThat(sampler.trouble()).isEmpty();
        }
    }

    @Test
    void shouldPauseAnEngineWhoseLogProbabilitiesAreNotTheVersions() {
        try (ScriptedEngine engine = new ScriptedEngine();
                EngineSampler sampler =
                        sampler(engine.url(), TestPolicies.config(EngineKind.VLLM, engine.url(), true))) {
            sampler.submit(request(1));
            sampler.advance(Duration.ZERO);

            assertThat(engine.calls()).containsExactly("pause", "reload", "label", "resume", "pause");
            assertThat(sampler.trouble()).hasValueSatisfying(trouble -> assertThat(trouble)
                    .contains("version 0", "probe-tolerance is 0.001"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abort", "error"})
    void shouldAskAgainWithTheSameSeedWhenTheEngineEndsAnAnswer(String finish) {
        // Given
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedEngine engine = new ScriptedEngine()
                        .answering(choice -> isAnswer(choice) && asked.incrementAndGet() == 1
                                ? choice.put("finish_reason", finish)
                                : choice);
                EngineSampler sampler = sampler(engine)) {
            sampler.submit(request(1));
            // When
            List<Sample> samples = finish(sampler, 1);

            // Then
            assertThat(samples).singleElement().satisfies(sample -> {
                assertThat(sample.tokens()).containsExactly(5, 6);
                assertThat(sample.behaviourLogProbs()).containsExactly(-0.5f, -1.5f);
                assertThat(sample.versions()).containsExactly(new VersionTokens(0, 2));
                assertThat(sample.truncated()).isFalse();
            });
            assertThat(engine.seeds()).hasSize(2).containsOnly(engine.seeds().get(0));
            assertThat(engine.calls()).containsOnlyOnce("reload");
        }
    }

    @Test
    void shouldGiveUpAnAnswerThatKeepsFailingAndFinishTheOthers() {
        // Given
        try (ScriptedEngine engine = new ScriptedEngine();
                EngineSampler sampler = sampler(engine)) {
            sampler.submit(request(2));
            AtomicInteger asked = new AtomicInteger();
            // When
            engine.answering(
                    choice -> isAnswer(choice) && asked.incrementAndGet() != 1 ? choice.put("status", 500) : choice);
            EngineProgress all = finishAll(sampler, 2);

            // Then
            assertThat(all.answers()).hasSize(1);
            assertThat(all.failures())
                    .singleElement()
                    .extracting(FailedSample::reason)
                    .asString()
                    .contains("no answer in 3 attempts", "HTTP 500");
            assertThat(sampler.isIdle()).isTrue();
        }
    }

    @Test
    void shouldGiveUpARequestThatTheEngineRefusesAtOnce() {
        try (ScriptedEngine engine = new ScriptedEngine()
                        .answering(choice -> isAnswer(choice) ? choice.put("status", 400) : choice);
                EngineSampler sampler = sampler(engine)) {
            sampler.submit(request(1));
            assertThat(finishAll(sampler, 1).failures()).hasSize(1);
            assertThat(engine.seeds()).hasSize(1);
        }
    }

    @Test
    void shouldLoadTheVersionAgainBeforeARestartedEngineIsUsed() {
        // Given
        ScriptedEngine engine = new ScriptedEngine();
        int port = engine.port();
        try (EngineSampler sampler = sampler(engine)) {
            sampler.submit(request(1));
            finish(sampler, 1);
            engine.close();
            sampler.submit(request(1));
            sampler.advance(Duration.ofMillis(500));
            assertThat(sampler.isIdle()).isFalse();
            // When
            try (ScriptedEngine restarted = new ScriptedEngine(port)) {
                List<Sample> samples = finish(sampler, 1);

                // Then
                assertThat(samples)
                        .flatExtracting(Sample::versions)
                        .extracting(VersionTokens::version)
                        .containsOnly(0L);
                assertThat(restarted.calls()).containsExactly("pause", "reload", "label", "resume", "generate");
            }
        } finally {
            engine.close();
        }
    }

    @Test
    void shouldNotTakeTokensOfWeightsThatNobodyHereLoaded() {
        // Given
        try (ScriptedEngine engine = new ScriptedEngine();
                EngineSampler sampler = sampler(engine)) {
            sampler.submit(request(1));
            finish(sampler, 1);
            // When
            engine.forget(); // it restarts between two requests, so that no connection fails
            sampler.submit(request(1));
            List<Sample> samples = finish(sampler, 1);

            // Then
            assertThat(samples)
                    .flatExtracting(Sample::versions)
                    .extracting(VersionTokens::version)
                    .containsOnly(0L);
            assertThat(engine.calls()).endsWith("generate", "pause", "reload", "label", "resume", "generate");
        }
    }

    @Test
    void shouldNotCallAnAnswerFinishedWhoseNumbersDiffer() {
        try (ScriptedEngine engine = new ScriptedEngine()
                        .answering(choice -> isAnswer(choice)
                                ? choice.set("token_ids", choice.arrayNode().add(5))
                                : choice);
                EngineSampler sampler = sampler(engine)) {
            sampler.submit(request(1));
            assertThat(finishAll(sampler, 1).failures())
                    .singleElement()
                    .extracting(FailedSample::reason)
                    .asString()
                    .contains("1 tokens and 2 log-probabilities");
        }
    }

    @Test
    void shouldEndWaitingWhenTheWorkerStops() {
        try (ScriptedEngine engine = new ScriptedEngine()
                        .reloading(attempt -> Reply.raw(200, "{}").after(30_000));
                EngineSampler sampler = new EngineSampler(
                        new EngineAccess(
                                URI.create(engine.url()),
                                TestPolicies.config(EngineKind.VLLM, engine.url(), false),
                                null),
                        zero,
                        new int[] {1},
                        8,
                        InstantSource.system(),
                        () -> engine.calls().contains("pause"))) {
            assertThat(sampler.advance(Duration.ZERO)).isEqualTo(EngineProgress.NONE);
        }
    }

    /** Returns whether a choice answers one of the test's own requests, not a question of the client's checks. */
    private static boolean isAnswer(ObjectNode choice) {
        return choice.at("/logprobs/content/0/logprob").asDouble() != 0;
    }

    private static EngineSampler sampler(ScriptedEngine engine) {
        return sampler(engine.url(), TestPolicies.config(EngineKind.VLLM, engine.url(), false));
    }

    private static EngineSampler sampler(String url, EngineConfig config) {
        return new EngineSampler(
                new EngineAccess(URI.create(url), config, null),
                zero,
                new int[] {1},
                8,
                InstantSource.system(),
                () -> false);
    }

    private static SamplingRequest request(int samples) {
        return new SamplingRequest("group", new int[] {2, 3}, samples, new SamplingParameters(0.7, 1, 0, 8), 5);
    }

    private static List<Sample> finish(EngineSampler sampler, int samples) {
        EngineProgress all = finishAll(sampler, samples);
        assertThat(all.failures()).isEmpty();
        return all.answers();
    }

    private static EngineProgress finishAll(EngineSampler sampler, int samples) {
        List<Sample> answers = new ArrayList<>();
        List<FailedSample> failures = new ArrayList<>();
        while (answers.size() + failures.size() < samples) {
            EngineProgress progress = sampler.advance(Duration.ofMillis(20));
            answers.addAll(progress.answers());
            failures.addAll(progress.failures());
        }
        return new EngineProgress(answers, failures);
    }
}
