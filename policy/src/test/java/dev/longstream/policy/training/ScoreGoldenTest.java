package dev.longstream.policy.training;

import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.safetensors.SafeTensors;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Compares log-probabilities and entropies with Hugging Face transformers for every family, bias, norm and RoPE
 * scaling.
 */
class ScoreGoldenTest {
    private static final Path MODELS = Path.of(System.getProperty("longstream.goldens"), "models");
    private static final double TOLERANCE = 1e-4;

    @Test
    void shouldAgreeWithTransformersForEveryModel() throws IOException {
        assumeTrue(Files.isDirectory(MODELS), "golden models are not in " + MODELS);
        List<Path> folders;
        try (Stream<Path> entries = Files.list(MODELS)) {
            folders = entries.filter(folder -> Files.exists(folder.resolve("golden.safetensors")))
                    .sorted()
                    .toList();
        }
        int agree = 0;
        for (Path folder : folders) {
            double worst = worstDifference(folder);
            if (worst <= TOLERANCE) {
                agree++;
            } else {
                System.out.printf("golden models/%s differs by %.1e%n", folder.getFileName(), worst);
            }
        }
        System.out.printf("golden models: %d read, %d agree%n", folders.size(), agree);
        assertThat(agree).isEqualTo(folders.size());
    }

    private static double worstDifference(Path path) {
        double worst = 0;
        try (PolicyFolder folder = PolicyFolder.open(path);
                PolicyModel model = PolicyModel.load(folder);
                SafeTensors golden = SafeTensors.open(path.resolve("golden.safetensors"))) {
            for (int length : new int[] {7, 33, 96}) {
                int[] ids = Arrays.stream(golden.longs("len" + length + ".input_ids"))
                        .mapToInt(Math::toIntExact)
                        .toArray();
                PromptAnswers afterFirst =
                        new PromptAnswers(Arrays.copyOf(ids, 1), List.of(Arrays.copyOfRange(ids, 1, length)));
                for (String t : new String[] {"1.0", "0.7"}) {
                    AnswerScores scores = PolicyLearner.score(model, List.of(afterFirst), Float.parseFloat(t));
                    worst = Math.max(
                            worst,
                            difference(golden.floats("len" + length + ".logprobs.T" + t), scores.logProbs()[0][0]));
                    worst = Math.max(
                            worst,
                            difference(golden.floats("len" + length + ".entropy.T" + t), scores.entropies()[0][0]));
                }
            }
        }
        return worst;
    }

    /** Over the tokens that were scored; a golden entropy has one more, after the last token. */
    private static double difference(float[] golden, float[] found) {
        double worst = 0;
        for (int t = 0; t < found.length; t++) {
            double difference = Math.abs(golden[t] - found[t]);
            worst = difference <= worst ? worst : difference;
        }
        return worst;
    }
}
