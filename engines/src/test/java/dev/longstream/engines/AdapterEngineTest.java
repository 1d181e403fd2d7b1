package dev.longstream.engines;

import com.fasterxml.jackson.databind.node.ObjectNode;
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

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Versions that are adapters, each under its own name beside one base. */
@Timeout(60)
class AdapterEngineTest {
    private static final Reply NO_LORA =
            Reply.raw(500, "{\"error\": {\"message\": \"LoRA is not enabled. Use --enable-lora to enable LoRA.\"}}");

    @TempDir
    private static Path folder;

    private static EngineVersion zero;
    private static EngineVersion one;

    @BeforeAll
    static void write() throws IOException {
        zero = TestPolicies.writeAdapter(folder, 0);
        one = TestPolicies.writeAdapter(folder, 1);
    }

    @AfterAll
    static void close() {
        zero.folder().close();
        one.folder().close();
    }

    @Test
    void shouldEndAnswersWithTheAdapterThatTheyBeganWithAndUnloadItThen() {
        // Given
        CountDownLatch latch = new CountDownLatch(1);
        try (ScriptedEngine engine = new ScriptedEngine().answering(holdingTheFirst(latch));
                EngineSampler sampler = sampler(engine, false)) {
            sampler.submit(request("old"));
            sampler.advance(Duration.ZERO);
            // When
            sampler.useWeights(one);
            sampler.submit(request("new"));
            List<Sample> first = finish(sampler, 1);

            // Then
            assertThat(first).singleElement().satisfies(sample -> {
                assertThat(sample.requestId()).isEqualTo("new");
                assertThat(sample.versions()).containsExactly(new VersionTokens(1, 2));
            });
            assertThat(engine.adapters()).containsExactly(zero.label(), one.label());
            assertThat(sampler.holds(zero)).isTrue();
            latch.countDown();
            assertThat(finish(sampler, 1)).singleElement().satisfies(sample -> {
                assertThat(sample.requestId()).isEqualTo("old");
                assertThat(sample.versions()).containsExactly(new VersionTokens(0, 2));
            });
            assertThat(engine.adapters()).containsExactly(one.label());
            assertThat(sampler.holds(zero)).isFalse();
            assertThat(engine.calls()).doesNotContain("pause", "reload");
        }
    }

    @Test
    void shouldRefuseAnEngineWithoutTheRouteForAdaptersAndNameItsOption() {
        try (ScriptedEngine engine = new ScriptedEngine().withoutWeightRoutes();
                EngineSampler sampler = sampler(engine, false)) {
            assertThatThrownBy(() -> sampler.advance(Duration.ZERO))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining("VLLM_ALLOW_RUNTIME_LORA_UPDATING=1");
        }
    }

    @Test
    void shouldRefuseAnEngineThatWasStartedWithoutAdaptersAndNameItsOption() {
        try (ScriptedEngine engine = new ScriptedEngine().loadingAdapters(NO_LORA);
                EngineSampler sampler = sampler(engine, false)) {
            assertThatThrownBy(() -> sampler.advance(Duration.ZERO))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining("takes no adapters")
                    .hasMessageContaining("--enable-lora");
        }
    }

    @Test
    void shouldLoadTheAdapterAgainWhenARestartedEngineDoesNotKnowIt() {
        // Given
        try (ScriptedEngine engine = new ScriptedEngine();
                EngineSampler sampler = sampler(engine, false)) {
            sampler.submit(request("first"));
            finish(sampler, 1);
            engine.adapters().clear();
            // When
            sampler.submit(request("second"));
            List<Sample> samples = finish(sampler, 1);

            // Then
            assertThat(samples)
                    .flatExtracting(Sample::versions)
                    .extracting(VersionTokens::version)
                    .containsOnly(0L);
            assertThat(engine.calls()).containsExactly("load", "generate", "load", "generate");
        }
    }

    @Test
    void shouldGoOnWithEarlierAnswersWhileALoadFails() {
        // Given
        CountDownLatch latch = new CountDownLatch(1);
        try (ScriptedEngine engine = new ScriptedEngine().answering(holdingTheFirst(latch));
                EngineSampler sampler = sampler(engine, false)) {
            sampler.submit(request("old"));
            sampler.advance(Duration.ZERO);
            engine.loadingAdapters(Reply.raw(500, "{\"error\": {\"message\": \"rank 64 is too large\"}}"));
            // When
            sampler.useWeights(one);
            sampler.submit(request("new"));
            latch.countDown();

            // Then
            assertThat(finish(sampler, 1)).extracting(Sample::requestId).containsExactly("old");
            assertThat(sampler.trouble()).hasValueSatisfying(trouble -> assertThat(trouble)
                    .contains("version 1", "rank 64 is too large", "--max-lora-rank"));
            engine.loadingAdapters(Reply.raw(200, "Success"));
            assertThat(finish(sampler, 1)).flatExtracting(Sample::versions).containsExactly(new VersionTokens(1, 2));
            assertThat(sampler.trouble()).isEmpty();
        }
    }

    @Test
    void shouldUnloadAnAdapterWhoseLogProbabilitiesAreNotTheVersions() {
        try (ScriptedEngine engine = new ScriptedEngine();
                EngineSampler sampler = sampler(engine, true)) {
            sampler.submit(request("group"));
            sampler.advance(Duration.ZERO);

            assertThat(engine.calls()).containsExactly("load", "unload");
            assertThat(sampler.trouble()).hasValueSatisfying(trouble -> assertThat(trouble)
                    .contains("version 0", "probe-tolerance is 0.001", "must be started with the base")
                    .contains(zero.folder().base().toString()));
        }
    }

    @Test
    void shouldUnloadTheAdaptersOfAnEarlierLifeAndNoOthers() {
        // Given
        try (ScriptedEngine engine = new ScriptedEngine();
                EngineSampler sampler = sampler(engine, false)) {
            engine.adapters().addAll(List.of(one.label(), zero.label(), "somebody-elses"));
            // When
            sampler.submit(request("group"));
            finish(sampler, 1);
            // Then
            assertThat(engine.adapters()).containsExactly(zero.label(), "somebody-elses");
        }
    }

    @Test
    void shouldRefuseAWholePolicyAfterAnAdapter() {
        EngineVersion whole = TestPolicies.write(folder, 2);
        try (ScriptedEngine engine = new ScriptedEngine();
                EngineSampler sampler = sampler(engine, false)) {
            assertThatThrownBy(() -> sampler.useWeights(whole))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("version 2")
                    .hasMessageContaining("is a whole policy, unlike the versions before it");
        } finally {
            whole.folder().close();
        }
    }

    /** Lets the answer to the first question wait. */
    private static UnaryOperator<ObjectNode> holdingTheFirst(CountDownLatch latch) {
        AtomicInteger asked = new AtomicInteger();
        return choice -> {
            boolean isAnswer = choice.at("/logprobs/content/0/logprob").asDouble() != 0;
            if (isAnswer && asked.incrementAndGet() == 1) {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return choice;
        };
    }

    private static EngineSampler sampler(ScriptedEngine engine, boolean probe) {
        return new EngineSampler(
                new EngineAccess(
                        URI.create(engine.url()), TestPolicies.config(EngineKind.VLLM, engine.url(), probe), null),
                zero,
                new int[] {1},
                8,
                InstantSource.system(),
                () -> false);
    }

    private static SamplingRequest request(String id) {
        return new SamplingRequest(id, new int[] {2, 3}, 1, new SamplingParameters(0.7, 1, 0, 8), 5);
    }

    private static List<Sample> finish(EngineSampler sampler, int samples) {
        List<Sample> answers = new ArrayList<>();
        while (answers.size() < samples) {
            EngineProgress progress = sampler.advance(Duration.ofMillis(20));
            assertThat(progress.failures()).isEmpty();
            answers.addAll(progress.answers());
        }
        return answers;
    }
}
