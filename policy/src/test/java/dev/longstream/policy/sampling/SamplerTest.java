package dev.longstream.policy.sampling;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.ModelConfig.Family;
import dev.longstream.policy.model.PlainForward;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.RandomPolicy;
import dev.longstream.policy.model.TorchEngine;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import static dev.longstream.policy.sampling.SamplerFixture.LIMITS;
import static dev.longstream.policy.sampling.SamplerFixture.PLAIN;
import static dev.longstream.policy.sampling.SamplerFixture.STOP;
import static dev.longstream.policy.sampling.SamplerFixture.drain;
import static dev.longstream.policy.sampling.SamplerFixture.prompt;
import static dev.longstream.policy.sampling.SamplerFixture.sampler;
import static dev.longstream.policy.sampling.SamplerFixture.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class SamplerTest {
    private static PolicyModel model;

    @BeforeAll
    static void load() {
        model = RandomPolicy.model(RandomPolicy.SMALL, 1);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Property(tries = 15, seed = "1") // rounding could move a draw across a boundary, once in a hundred thousand tokens
    void shouldNotDependOnBatchingChunkingNorOrder(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 9) int chunk,
            @ForAll @IntRange(min = 8, max = 40) int rows) {
        // Given
        Random random = new Random(seed);
        List<SamplingRequest> requests = new ArrayList<>();
        int[] document = prompt(50, seed);
        for (int r = 0; r < 5; r++) {
            int[] question = random.ints(1 + random.nextInt(20), 0, 40).toArray();
            int[] prompt = with(document, random.nextInt(2) * (40 + random.nextInt(10)), question);
            SamplingParameters draw = new SamplingParameters(
                    random.nextInt(4) * 0.5,
                    1 - 0.3 * random.nextInt(2),
                    7 * random.nextInt(2),
                    1 + random.nextInt(14));
            requests.add(new SamplingRequest("r" + r, prompt, 1 + random.nextInt(8), draw, random.nextLong()));
        }
        try (PolicyModel policy = RandomPolicy.model(RandomPolicy.SMALL, 1)) {
            Map<String, Sample> alone = new HashMap<>();
            for (SamplingRequest request : requests) {
                try (Sampler sampler = sampler(policy, LIMITS)) {
                    sampler.submit(request);
                    drain(sampler).forEach(sample -> alone.put(key(sample), sample));
                }
            }
            // When
            List<Sample> together = new ArrayList<>();
            Collections.shuffle(requests, random);
            try (Sampler sampler = sampler(policy, new SamplerLimits(rows, chunk, 1 << 24))) {
                for (SamplingRequest request : requests) {
                    sampler.submit(request);
                    if (random.nextBoolean()) {
                        together.addAll(sampler.decodeChunk());
                    }
                }
                together.addAll(drain(sampler));
            }
            // Then
            assertThat(together).hasSize(alone.size());
            for (Sample sample : together) {
                Sample expected = alone.get(key(sample));
                assertThat(sample.tokens()).isEqualTo(expected.tokens());
                assertThat(sample.truncated()).isEqualTo(expected.truncated());
                assertThat(sample.policyLogProbs()).containsExactly(expected.policyLogProbs(), within(1e-4f));
                assertThat(sample.behaviourLogProbs()).containsExactly(expected.behaviourLogProbs(), within(1e-4f));
            }
        }
    }

    @Test
    void shouldDrawEveryTokenAsOftenAsThePolicySays() {
        // Given
        int[] prompt = {3, 1, 4};
        double[] logProbs = new PlainForward(RandomPolicy.SMALL, model.weightValues()).logProbs(prompt, 1.5)[2];
        int draws = 8000;
        // When
        int[] counts = new int[40];
        for (Sample sample : answers(prompt, 64, new SamplingParameters(1.5, 1, 0, 1), draws / 64)) {
            counts[sample.tokens()[0]]++;
            assertThat((double) sample.behaviourLogProbs()[0]).isCloseTo(logProbs[sample.tokens()[0]], within(1e-5));
        }
        // Then
        double chiSquared = 0;
        for (int id = 0; id < counts.length; id++) {
            double expected = Math.exp(logProbs[id]) * draws;
            chiSquared += (counts[id] - expected) * (counts[id] - expected) / Math.max(expected, 1);
        }
        assertThat(chiSquared).isLessThan(73); // 39 degrees of freedom, one in a thousand
    }

    @Test
    void shouldDrawFromTheSmallestLikelySetWhenTopKAndTopPCut() {
        // Given
        int[] prompt = {3, 1, 4};
        double[] logProbs = new PlainForward(RandomPolicy.SMALL, model.weightValues()).logProbs(prompt, 1)[2];
        Integer[] likeliest = new Integer[40];
        Arrays.setAll(likeliest, id -> id);
        Arrays.sort(likeliest, (a, b) -> Double.compare(logProbs[b], logProbs[a]));
        double ofTopK = 0;
        for (int rank = 0; rank < 6; rank++) {
            ofTopK += Math.exp(logProbs[likeliest[rank]]);
        }
        Map<Integer, Double> kept = new HashMap<>();
        double sum = 0;
        for (int rank = 0; rank < 6 && sum < 0.8 * ofTopK; rank++) {
            kept.put(likeliest[rank], logProbs[likeliest[rank]]);
            sum += Math.exp(logProbs[likeliest[rank]]);
        }
        // When
        Set<Integer> drawn = new HashSet<>();
        for (Sample sample : answers(prompt, 64, new SamplingParameters(1, 0.8, 6, 1), 20)) {
            int token = sample.tokens()[0];
            drawn.add(token);
            assertThat(kept).containsKey(token);
            // Then
            assertThat((double) sample.behaviourLogProbs()[0]).isCloseTo(kept.get(token) - Math.log(sum), within(1e-5));
            assertThat((double) sample.policyLogProbs()[0]).isCloseTo(kept.get(token), within(1e-5));
        }
        assertThat(drawn).isEqualTo(kept.keySet()).hasSizeGreaterThan(1);
    }

    @Test
    void shouldTakeTheLikeliestTokenWhenTheTemperatureIsZero() {
        int[] prompt = {3, 1, 4};
        PlainForward plain = new PlainForward(RandomPolicy.SMALL, model.weightValues());
        for (Sample sample : answers(prompt, 2, new SamplingParameters(0, 0.5, 3, 6), 1)) {
            int[] tokens = prompt;
            for (int token : sample.tokens()) {
                double[] logProbs = plain.logProbs(tokens, 1)[tokens.length - 1];
                assertThat(logProbs[token])
                        .isEqualTo(Arrays.stream(logProbs).max().orElseThrow());
                tokens = Arrays.copyOf(tokens, tokens.length + 1);
                tokens[tokens.length - 1] = token;
            }
            assertThat(sample.behaviourLogProbs()).containsOnly(0);
        }
    }

    @Test
    void shouldEndAnswersWithTheirStopTokenOrTruncateThem() {
        List<Sample> samples = answers(new int[] {3, 1, 4}, 64, PLAIN, 4);
        assertThat(samples).anyMatch(Sample::truncated).anyMatch(sample -> !sample.truncated());
        for (Sample sample : samples) {
            int length = sample.tokens().length;
            int[] before = Arrays.copyOf(sample.tokens(), length - 1);
            assertThat(before).doesNotContain(STOP);
            assertThat(sample.tokens()[length - 1] == STOP).isEqualTo(!sample.truncated());
            assertThat(length).isEqualTo(sample.truncated() ? 12 : length).isLessThanOrEqualTo(12);
        }
    }

    @Test
    void shouldCutAlikeWhetherAFewTokensAreEnoughOrNot() {
        // Given
        // The 2,000 tokens have nearly equal probabilities.
        ModelConfig flat = RandomPolicy.config(2000, 1000);
        int[] prompt = {3, 1, 4};
        try (PolicyModel policy = RandomPolicy.model(flat, 1);
                Sampler sampler = sampler(policy, LIMITS)) {
            double[] logProbs = new PlainForward(flat, policy.weightValues()).logProbs(prompt, 1)[2];
            for (double topP : new double[] {0.1, 0.9}) {
                double[] falling =
                        Arrays.stream(logProbs).map(Math::exp).sorted().toArray();
                double sum = 0;
                int kept = 0;
                while (sum < topP) {
                    sum += falling[falling.length - 1 - kept++];
                }
                // When
                sampler.submit(new SamplingRequest("r" + topP, prompt, 32, new SamplingParameters(1, topP, 0, 1), 5));
                // Then
                assertThat(kept > 512).isEqualTo(topP == 0.9);
                for (Sample sample : drain(sampler)) {
                    assertThat(Math.exp(logProbs[sample.tokens()[0]]))
                            .isGreaterThanOrEqualTo(falling[falling.length - kept] * (1 - 1e-5));
                    assertThat((double) sample.behaviourLogProbs()[0])
                            .isCloseTo(logProbs[sample.tokens()[0]] - Math.log(sum), within(1e-4));
                }
            }
        }
    }

    @Test
    void shouldReportWhenAnAnswerStartedAndEnded() {
        long[] now = {1000};
        InstantSource clock = () -> Instant.ofEpochMilli(now[0]++);
        try (Sampler sampler = new Sampler(model, 0, new int[0], LIMITS, clock)) {
            sampler.submit(new SamplingRequest("r", new int[] {1, 2}, 1, new SamplingParameters(1, 1, 0, 9), 1));
            Sample sample = drain(sampler).get(0);
            assertThat(sample.times().startedMillis()).isEqualTo(1000);
            assertThat(sample.times().firstTokenMillis()).isEqualTo(1001);
            assertThat(sample.times().finishedMillis()).isEqualTo(1003);
        }
    }

    @Test
    void shouldForgetACancelledRequestAndKeepTheOthers() {
        try (Sampler sampler = sampler(model, LIMITS)) {
            SamplingRequest kept = new SamplingRequest("kept", new int[] {1, 2}, 3, PLAIN, 1);
            sampler.submit(kept);
            List<Sample> alone = drain(sampler);
            sampler.submit(new SamplingRequest("gone", new int[] {1, 2, 3, 4}, 4, PLAIN, 2));
            sampler.submit(kept);
            List<Sample> samples = new ArrayList<>(sampler.decodeChunk());
            // When
            sampler.cancel("gone");
            samples.addAll(drain(sampler));
            // Then
            samples.removeIf(sample -> sample.requestId().equals("gone")); // those that had been finished
            assertThat(samples.stream().map(sample -> Arrays.toString(sample.tokens())))
                    .containsExactlyInAnyOrderElementsOf(alone.stream()
                            .map(sample -> Arrays.toString(sample.tokens()))
                            .toList());
            assertThat(sampler.activeRows()).isZero();
        }
    }

    @Test
    void shouldLetRequestsWaitUntilThereIsRoom() {
        try (Sampler sampler = sampler(model, new SamplerLimits(4, 2, 1 << 24))) {
            SamplingRequest three =
                    new SamplingRequest("three", new int[] {1}, 3, new SamplingParameters(1, 1, 0, 2), 1);
            SamplingRequest two = new SamplingRequest("two", new int[] {1}, 2, new SamplingParameters(1, 1, 0, 2), 1);
            assertThat(sampler.hasRoomFor(three)).isTrue();
            sampler.submit(three);
            assertThat(sampler.hasRoomFor(two)).isFalse();
            sampler.submit(two);
            assertThat(sampler.decodeChunk()).hasSize(3);
            assertThat(sampler.waitingRequests()).isEqualTo(1);
            assertThat(sampler.decodeChunk()).hasSize(2);
        }
    }

    @Test
    void shouldRefuseWhatCouldNeverBeDecoded() {
        try (Sampler sampler = sampler(model, new SamplerLimits(4, 2, 20_000))) {
            assertRefused(sampler, new int[] {1}, 5, 2, "wants 5 samples, max-rows is 4");
            assertRefused(
                    sampler, new int[510], 1, 9, "has 510 prompt tokens and up to 9 answer tokens, the model has 512");
            assertRefused(sampler, new int[100], 1, 9, "needs 23616 bytes of cache, max-cache-bytes is 20000");
            assertRefused(sampler, new int[] {40}, 1, 2, "has token 40, the vocabulary ends at 39");
            sampler.submit(new SamplingRequest("r", new int[] {1}, 1, PLAIN, 1));
            assertRefused(sampler, new int[] {1}, 1, 2, "is being answered already");
        }
    }

    private static void assertRefused(Sampler sampler, int[] prompt, int samples, int maxTokens, String because) {
        SamplingRequest request =
                new SamplingRequest("r", prompt, samples, new SamplingParameters(1, 1, 0, maxTokens), 1);
        assertThatThrownBy(() -> sampler.submit(request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("request r " + because);
    }

    @Test
    void shouldNotGatherArraysOverAThousandChunks() {
        ModelConfig config = RandomPolicy.config(Family.LLAMA, 1, 2, 1, true, false, false);
        try (PolicyModel policy = RandomPolicy.model(config, 1);
                Sampler sampler = sampler(policy, LIMITS)) {
            int before = 0;
            for (int chunk = 0; chunk < 1000; chunk++) {
                if (sampler.waitingRequests() == 0) {
                    sampler.submit(new SamplingRequest("r" + chunk, new int[] {1, chunk % 40}, 3, PLAIN, chunk));
                }
                sampler.decodeChunk();
                if (chunk == 10) {
                    before = TorchEngine.liveArrays();
                }
            }
            assertThat(TorchEngine.liveArrays()).isEqualTo(before);
        }
    }

    private static List<Sample> answers(int[] prompt, int samples, SamplingParameters draw, int requests) {
        List<Sample> answers = new ArrayList<>();
        try (Sampler sampler = sampler(model, LIMITS)) {
            for (int seed = 0; seed < requests; seed++) {
                sampler.submit(new SamplingRequest("r" + seed, prompt, samples, draw, seed));
                answers.addAll(drain(sampler));
            }
        }
        return answers;
    }

    private static String key(Sample sample) {
        return sample.requestId() + "/" + sample.sampleIndex();
    }
}
