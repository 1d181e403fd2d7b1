package dev.longstream.runs.folder;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.Topics;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.NewPolicy;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.producers.following.FetchedFiles;
import dev.longstream.producers.following.OpenWeights;
import dev.longstream.record.Weights;
import dev.longstream.testing.Records;
import dev.longstream.trainer.serving.VersionServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The trainer's server and a worker's client together. */
class FetchedVersionsTest {
    private static final String PLACE = "checkpoints/step-000003/model";

    @Test
    void shouldReachAHostWithoutTheRunsFolder(@TempDir Path trainers, @TempDir Path workers) throws Exception {
        // Given
        List<String> words = List.of("<pad>", "<end>", "<user>", "<unk>", "word");
        ModelConfig config = ModelConfig.llama(words.size(), 8, 1, 1, 1, 8, 16, 32);
        new NewPolicy(config, words, words.subList(0, 4), "<unk>", "<end>", "<pad>", "{{ messages }}", 0.1)
                .write(trainers.resolve(PLACE), 1);
        Weights weights = Records.weights(3)
                .setUri(PLACE)
                .setDigest(SafeTensors.sha256(trainers.resolve(PLACE).resolve("model.safetensors")))
                .build();
        try (VersionServer server = VersionServer.start("127.0.0.1", 0, trainers, "key")) {
            URI address = URI.create("http://127.0.0.1:" + server.port() + "/");
            Topics topics = new Topics("try", 1);
            // When
            try (OpenWeights open = FetchedFiles.served(address, "key", workers.resolve("fetched"), workers, topics)
                    .open(weights)) {
                // Then
                assertThat(open.folder().path()).startsWith(workers);
                assertThat(open.folder().config()).isEqualTo(config);
            }
            assertThatThrownBy(() -> FetchedFiles.served(address, "other", workers.resolve("x"), workers, topics)
                            .open(weights))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining("HTTP status 401")
                    .hasMessageContaining("weights.key-variable");
        }
    }
}
