package dev.longstream.policy.sampling;

import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.training.AnswerScores;
import dev.longstream.policy.training.PolicyLearner;
import dev.longstream.policy.training.PromptAnswers;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Decoding with caches and a fresh forward pass over the same tokens are the same policy, for every family. */
class SamplerGoldenTest {
    private static final Path MODELS = Path.of(System.getProperty("longstream.goldens"), "models");
    private static final double TOLERANCE = 1e-4;
    private static final Map<String, int[]> PROMPTS = Map.of(
            "seven", new int[] {1, 2, 3, 4, 5, 6, 7},
            "one", new int[] {9},
            "eleven", new int[] {9, 8, 7, 3, 3, 3, 3, 3, 2, 1, 12});

    @Test
    void shouldSampleWithTheLogProbabilitiesThatScoringFinds() throws IOException {
        assumeTrue(Files.isDirectory(MODELS), () -> "skipped: " + MODELS + " is missing");
        List<Path> folders;
        try (Stream<Path> entries = Files.list(MODELS)) {
            folders = entries.filter(Files::isDirectory).sorted().toList();
        }
        int agree = 0;
        for (Path folder : folders) {
            double worst = worstDifference(folder);
            if (worst <= TOLERANCE) {
                agree++;
            } else {
                System.out.printf("golden sampled models/%s differs by %.1e%n", folder.getFileName(), worst);
            }
        }
        System.out.printf("golden sampled models: %d read, %d agree%n", folders.size(), agree);
        assertThat(agree).isEqualTo(folders.size());
    }

    private static double worstDifference(Path path) {
        try (PolicyFolder folder = PolicyFolder.open(path);
                PolicyModel model = PolicyModel.load(folder);
                Sampler sampler = new Sampler(model, 0, new int[] {5}, new SamplerLimits(16, 4, 1 << 24))) {
            sampler.submit(
                    new SamplingRequest("seven", PROMPTS.get("seven"), 5, new SamplingParameters(1, 1, 0, 9), 1));
            sampler.submit(new SamplingRequest("one", PROMPTS.get("one"), 3, new SamplingParameters(0.7, 1, 0, 7), 2));
            List<Sample> samples = new ArrayList<>(sampler.decodeChunk());
            sampler.submit(
                    new SamplingRequest("eleven", PROMPTS.get("eleven"), 2, new SamplingParameters(1, 1, 0, 15), 3));
            while (sampler.activeRows() + sampler.waitingRequests() > 0) {
                samples.addAll(sampler.decodeChunk());
            }
            assertThat(samples).hasSize(10);
            double worst = 0;
            for (Sample sample : samples) {
                float temperature = sample.requestId().equals("one") ? 0.7f : 1;
                worst = Math.max(worst, difference(sample.policyLogProbs(), score(model, sample, 1)));
                worst = Math.max(worst, difference(sample.behaviourLogProbs(), score(model, sample, temperature)));
            }
            return worst;
        }
    }

    private static float[] score(PolicyModel model, Sample sample, float temperature) {
        PromptAnswers answer = new PromptAnswers(PROMPTS.get(sample.requestId()), List.of(sample.tokens()));
        AnswerScores scores = PolicyLearner.score(model, List.of(answer), temperature);
        return scores.logProbs()[0][0];
    }

    private static double difference(float[] sampled, float[] scored) {
        double worst = 0;
        for (int t = 0; t < scored.length; t++) {
            double difference = Math.abs(sampled[t] - scored[t]);
            worst = difference <= worst ? worst : difference; // keeps NaN
        }
        return worst;
    }
}
