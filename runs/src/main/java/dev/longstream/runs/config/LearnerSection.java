package dev.longstream.runs.config;

import dev.longstream.config.HttpAddress;
import dev.longstream.config.Problems;
import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.folder.NewAdapter;
import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.learner.ModelLearners;
import dev.longstream.trainer.remote.LearnerAddress;
import dev.longstream.trainer.remote.RemoteLearners;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Engine that computes gradients and optimizer steps. A run may change it between two starts: checkpoints are the same for both.
 *
 * @param kind {@code embedded} computes in the trainer's process. {@code torch} is a process in PyTorch, one per GPU, which
 *     sees the run's folder under the same absolute path and is started with {@code torchrun --nproc-per-node N -m
 *     longstream_torch}; the trainer waits for it
 * @param url address of the learner in PyTorch, e.g. {@code http://127.0.0.1:8765}; ignored by {@code embedded}
 * @param timeout time without an answer to a call, such as the forward pass of a micro-batch or the writing of a version, after
 *     which the learner in PyTorch counts as lost and the trainer continues from its last checkpoint
 * @param keyVariable environment variable with the key that the learner in PyTorch expects; null: none
 */
public record LearnerSection(LearnerKind kind, @Nullable String url, Duration timeout, @Nullable String keyVariable) {

    public static final LearnerSection DEFAULT =
            new LearnerSection(LearnerKind.EMBEDDED, null, Duration.ofMinutes(15), null);

    /** Checks every setting and reports all faults in one exception. */
    public LearnerSection {
        new Problems("trainer.learner")
                .require(kind != null, "kind is missing, expected embedded or torch")
                .require(
                        url == null ? kind != LearnerKind.TORCH : HttpAddress.isWithoutUser(url),
                        "url is %s, expected the address of the learner in PyTorch, such as http://127.0.0.1:8765, without a"
                                + " user or a key",
                        String.valueOf(url))
                .require(
                        timeout != null && timeout.compareTo(Duration.ofSeconds(1)) >= 0,
                        "timeout is %s, must be at least 1s",
                        timeout == null ? "missing" : DurationText.write(timeout))
                .throwIfAny();
    }

    /**
     * Creates the learners of a run. Nothing is connected before a policy is opened.
     *
     * @param embedded learners of the embedded engine
     * @param adapter adapter that is trained; empty: all weights are
     * @param client name of this trainer in the learner's log
     * @param environment environment variables
     * @throws WrongUseException if the variable with the key is not set
     */
    Learners learners(
            ModelLearners embedded, Optional<NewAdapter> adapter, String client, Map<String, String> environment) {
        if (kind == LearnerKind.EMBEDDED || url == null) {
            return embedded;
        }
        String key = KeyVariable.read("trainer.learner.key-variable", keyVariable, environment);
        return new RemoteLearners(new LearnerAddress(URI.create(url), key, timeout, client), adapter);
    }
}
