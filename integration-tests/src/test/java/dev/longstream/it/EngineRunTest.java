package dev.longstream.it;

import dev.longstream.endpoints.PolicyServer;
import dev.longstream.endpoints.ServingConfig;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.policy.training.PolicyLearner;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.record.Outcome;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;
import dev.longstream.record.Weights;
import dev.longstream.runs.audit.Fate;
import dev.longstream.runs.audit.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** A run whose answers are sampled by a server that gets every policy version and restarts meanwhile. */
class EngineRunTest {
    @TempDir
    private Path folder;

    @Test
    void shouldTrainOnAnswersOfAServerThatRestartsAndKnowTheVersionOfEachToken() throws Exception {
        // Given
        SmallRun run = SmallRun.in(folder);
        Path checkpoints = run.runs().resolve("served/checkpoints");
        PolicyServer server = serve(run, 0);
        int port = server.url().getPort();
        List<String> train = run.command(
                "train",
                "served",
                "--set",
                "rollouts.engine={kind: longstream, urls: ['http://127.0.0.1:" + port + "'], model: policy,"
                        + " probe-tolerance: 0.001}",
                "--set",
                "sampling.max-tokens=48",
                "--set",
                "trainer.keep-checkpoints=" + (SmallRun.STEPS + 1));
        // When
        try (CommandProcess process = CommandProcess.startUntil(checkpoints.resolve("step-000003"), folder, train)) {
            server.close();
            server = serve(run, port);
            assertThat(process.exit()).as(process.errors()).isZero();
        } finally {
            server.close();
        }

        // Then
        try (WholeRun log = new WholeRun(run.runs(), "served")) {
            Ledger ledger = log.verify(SmallRun.STEPS);
            assertThat(ledger.count(Fate.FAILED).records()).isZero();
            List<Trajectory> answers = log.read(log.log().topics().trajectories());
            assertThat(answers).extracting(Trajectory::getOutcome).containsOnly(Outcome.COMPLETED, Outcome.TRUNCATED);
            Set<Long> sampled = verifyVersions(run.runs().resolve("served"), log, answers);
            assertThat(sampled).hasSizeGreaterThan(SmallRun.STEPS / 2);
            assertThat(log.read(log.log().topics().steps()))
                    .filteredOn(step -> step.getMismatchTokens() > 0)
                    .extracting(Step::getMismatchKl)
                    .allSatisfy(kl -> assertThat(kl).isLessThan(1e-6));
        }
    }

    private static PolicyServer serve(SmallRun run, int port) {
        ServingConfig config = new ServingConfig(
                "127.0.0.1", port, "policy", new SamplerLimits(64, 2, 1 << 27), 256, Duration.ofMinutes(5));
        return PolicyServer.start(run.model(), config.acceptingWeights(), line -> {});
    }

    /** Compares the log-probability of every token with the one under its version's own weights. */
    private static Set<Long> verifyVersions(Path folder, WholeRun log, List<Trajectory> answers) {
        Map<String, int[]> prompts = new HashMap<>();
        answers.stream()
                .filter(answer -> answer.getSampleIndex() == 0)
                .forEach(answer ->
                        prompts.put(answer.getGroupId(), ints(Objects.requireNonNull(answer.getPromptTokens()))));
        Set<Long> sampled = new TreeSet<>();
        for (Weights announced : log.read(log.log().topics().weights())) {
            long version = announced.getVersion();
            try (PolicyFolder weights = PolicyFolder.open(folder.resolve(announced.getUri()));
                    PolicyModel model = PolicyModel.load(weights)) {
                for (Trajectory answer : answers) {
                    if (answer.getVersions().stream().anyMatch(tokens -> tokens.getVersion() == version)) {
                        sampled.add(version);
                        verify(answer, version, scores(model, prompts.get(answer.getGroupId()), answer));
                    }
                }
            }
        }
        return sampled;
    }

    private static float[] scores(PolicyModel model, int[] prompt, Trajectory answer) {
        return PolicyLearner.score(model, List.of(new PromptAnswers(prompt, List.of(ints(answer.getTokens())))), 1)
                .logProbs()[0][0];
    }

    private static void verify(Trajectory answer, long version, float[] scores) {
        int token = 0;
        for (VersionRun run : answer.getVersions()) {
            for (int end = token + run.getTokens(); token < end; token++) {
                if (run.getVersion() == version) {
                    assertThat(answer.getBehaviourLogProbs().get(token))
                            .as("token %d of %s under version %d", token, answer.getGroupId(), version)
                            .isCloseTo(scores[token], within(1e-4f));
                }
            }
        }
        assertThat(token).isEqualTo(answer.getTokens().size());
    }

    private static int[] ints(List<Integer> boxed) {
        return boxed.stream().mapToInt(Integer::intValue).toArray();
    }
}
