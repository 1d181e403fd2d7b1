package dev.longstream.engines;

import dev.longstream.endpoints.PolicyServer;
import dev.longstream.endpoints.ServingConfig;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.VersionTokens;
import dev.longstream.policy.training.PolicyLearner;
import dev.longstream.policy.training.PromptAnswers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** A sampler and {@code longstream serve} as its engine. */
@Timeout(120)
class EngineSamplerTest {
    private static final int[] PROMPT = {2, 10, 11, 12};
    private static final float TEMPERATURE = 0.8f;

    @TempDir
    private static Path folder;

    private static EngineVersion zero;
    private static EngineVersion one;
    private static PolicyServer server;

    @BeforeAll
    static void start() {
        zero = TestPolicies.write(folder, 0);
        one = TestPolicies.write(folder, 1);
        ServingConfig config = new ServingConfig(
                        "127.0.0.1",
                        0,
                        TestPolicies.MODEL,
                        new SamplerLimits(16, 4, 1 << 26),
                        64,
                        Duration.ofMinutes(1))
                .acceptingWeights();
        server = PolicyServer.start(one.folder().path(), config, line -> {});
    }

    @AfterAll
    static void stop() {
        server.close();
        zero.folder().close();
        one.folder().close();
    }

    @Test
    void shouldGiveEachTokenTheVersionThatProducedItWhenWeightsChangeInTheMiddleOfAnswers() {
        // Given
        try (EngineSampler sampler = sampler(zero)) {
            sampler.submit(request("group", 400, 1));
            sampler.advance(Duration.ZERO);
            sampler.submit(request("shorter", 40, 1)); // decoded together with the others
            finish(sampler, 4);
            // When
            sampler.useWeights(one);
            List<Sample> samples = finish(sampler, 4);

            // Then
            assertThat(sampler.trouble()).isEmpty();
            assertThat(samples).allSatisfy(sample -> assertThat(sample.versions())
                    .extracting(VersionTokens::version)
                    .containsExactly(0L, 1L));
            samples.forEach(EngineSamplerTest::verify);
        }
    }

    @Test
    void shouldAnswerTheSameWhenAGroupIsAskedAgain() {
        // Given
        List<Sample> first;
        try (EngineSampler sampler = sampler(zero)) {
            sampler.submit(request("group", 12, 7));
            first = finish(sampler, 4);
        }
        // When
        try (EngineSampler sampler = sampler(zero)) { // another life of the worker
            sampler.submit(request("group", 12, 7));
            List<Sample> again = finish(sampler, 4);

            // Then
            assertThat(tokens(again)).isEqualTo(tokens(first));
            assertThat(tokens(first)).doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldGoBackToAnOlderVersion() {
        // Given
        try (EngineSampler sampler = sampler(one)) {
            sampler.submit(request("new", 4, 1));
            finish(sampler, 4);
            // When
            sampler.useWeights(zero);
            sampler.submit(request("old", 4, 1));
            List<Sample> samples = finish(sampler, 4);

            // Then
            assertThat(samples)
                    .flatExtracting(Sample::versions)
                    .extracting(VersionTokens::version)
                    .containsOnly(0L);
            samples.forEach(EngineSamplerTest::verify);
        }
    }

    @Test
    void shouldRefuseAVersionOfAnotherShapeBeforeTheEngineLoadsIt() {
        EngineVersion wide = TestPolicies.write(folder, 2, 64);
        try (EngineSampler sampler = sampler(zero)) {
            assertThatThrownBy(() -> sampler.useWeights(wide))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("version 2");
        } finally {
            wide.folder().close();
        }
    }

    @Test
    void shouldRefuseARequestThatIsTooLongForTheEngine() {
        try (EngineSampler sampler = sampler(zero)) {
            sampler.advance(Duration.ZERO);
            assertThatThrownBy(() -> sampler.submit(request("long", TestPolicies.POSITIONS, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("takes " + TestPolicies.POSITIONS);
        }
    }

    private static EngineSampler sampler(EngineVersion first) {
        URI url = server.url();
        EngineConfig config = TestPolicies.config(EngineKind.LONGSTREAM, url.toString(), true);
        return new EngineSampler(
                new EngineAccess(url, config, null), first, new int[] {1}, 16, InstantSource.system(), () -> false);
    }

    private static SamplingRequest request(String id, int maxTokens, long seed) {
        return new SamplingRequest(id, PROMPT, 4, new SamplingParameters(TEMPERATURE, 1, 0, maxTokens), seed, true);
    }

    private static List<Sample> finish(EngineSampler sampler, int samples) {
        List<Sample> finished = new ArrayList<>();
        while (finished.size() < samples) {
            EngineProgress progress = sampler.advance(Duration.ofMillis(50));
            assertThat(progress.failures()).isEmpty();
            finished.addAll(progress.answers());
        }
        finished.sort(Comparator.comparingInt(Sample::sampleIndex));
        return finished;
    }

    private static List<List<Integer>> tokens(List<Sample> samples) {
        return samples.stream()
                .map(sample -> Arrays.stream(sample.tokens()).boxed().toList())
                .toList();
    }

    /** Compares log-probabilities with those of the embedded engine under the version of each token. */
    private static void verify(Sample sample) {
        Map<Long, float[]> own = Map.of(0L, scores(zero, sample), 1L, scores(one, sample));
        int token = 0;
        for (VersionTokens run : sample.versions()) {
            for (int end = token + run.tokens(); token < end; token++) {
                assertThat(sample.behaviourLogProbs()[token])
                        .as("token %d under version %d", token, run.version())
                        .isCloseTo(own.get(run.version())[token], within(1e-3f));
            }
        }
        assertThat(token).isEqualTo(sample.tokens().length);
    }

    private static float[] scores(EngineVersion version, Sample sample) {
        try (PolicyModel model = PolicyModel.load(version.folder())) {
            return PolicyLearner.score(model, List.of(new PromptAnswers(PROMPT, List.of(sample.tokens()))), TEMPERATURE)
                    .logProbs()[0][0];
        }
    }
}
