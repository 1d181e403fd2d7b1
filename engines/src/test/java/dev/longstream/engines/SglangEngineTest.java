package dev.longstream.engines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.VersionTokens;
import dev.longstream.testing.ScriptedServer;
import dev.longstream.testing.ScriptedServer.Reply;
import dev.longstream.testing.ScriptedServer.ScriptedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A server with SGLang's wire formats, which answers each prompt with tokens 5 and 6. */
@Timeout(60)
class SglangEngineTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static EngineVersion zero;
    private static EngineVersion one;

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private ScriptedServer server;
    private volatile String label = "default";
    private volatile Reply onLoad = Reply.raw(200, "{\"success\": true, \"message\": \"Succeeded\"}");
    private volatile UnaryOperator<ObjectNode> change = meta -> meta;

    @BeforeAll
    static void write() {
        zero = TestPolicies.write(folder, 0);
        one = TestPolicies.write(folder, 1);
    }

    @AfterAll
    static void close() {
        zero.folder().close();
        one.folder().close();
    }

    @BeforeEach
    void start() {
        server = new ScriptedServer()
                .on("/v1/models", request -> ok("{\"data\": [{\"id\": \"tiny\", \"max_model_len\": 512}]}"))
                .on("/model_info", request -> ok("{\"weight_version\": \"" + label + "\"}"))
                .on(
                        "/pause_generation",
                        request -> called("pause " + request.json().path("mode").asText(), ok("")))
                .on("/continue_generation", request -> called("continue", ok("")))
                .on("/update_weights_from_disk", this::load)
                .on("/generate", this::generate);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Reply load(ScriptedRequest request) {
        JsonNode call = request.json();
        if (onLoad.body().contains("true")) {
            label = call.path("weight_version").asText();
        }
        return called("load " + call.path("model_path").asText(), onLoad);
    }

    private Reply called(String name, Reply reply) {
        calls.add(name);
        return reply;
    }

    private Reply generate(ScriptedRequest request) {
        JsonNode asked = request.json();
        boolean certain = asked.at("/sampling_params/temperature").asDouble() < 0.1;
        ObjectNode reply = JSON.createObjectNode();
        reply.putArray("output_ids").add(5).add(6);
        ObjectNode meta = reply.putObject("meta_info");
        meta.putObject("finish_reason").put("type", "stop").put("matched", 6);
        ArrayNode tokens = meta.putArray("output_token_logprobs");
        tokens.addArray().add(certain ? 0 : -0.5).add(5).addNull();
        tokens.addArray().add(certain ? 0 : -1.5).add(6).addNull();
        meta.putArray("weight_versions")
                .addObject()
                .put("version", label)
                .put("start", 0)
                .put("end", 2);
        if (asked.path("logprob_start_len").asInt() == 0) {
            ArrayNode prompt = meta.putArray("input_token_logprobs");
            asked.path("input_ids")
                    .forEach(id -> prompt.addArray().add(-1).add(id.asInt()).addNull());
        } else if (!certain) {
            calls.add("generate");
        }
        reply.set("meta_info", change.apply(meta));
        return ok(reply.toString());
    }

    @Test
    void shouldLoadAVersionAndGiveEachTokenTheVersionThatTheServerNames() {
        // Given
        try (EngineSampler sampler = sampler(false)) {
            sampler.submit(request());
            finish(sampler);
            // When
            sampler.useWeights(one);
            change = meta -> withBorder(meta, zero.label(), one.label());
            sampler.submit(request());
            Sample sample = finish(sampler);

            // Then
            assertThat(sample.tokens()).containsExactly(5, 6);
            assertThat(sample.behaviourLogProbs()).containsExactly(-0.5f, -1.5f);
            assertThat(sample.versions()).containsExactly(new VersionTokens(0, 1), new VersionTokens(1, 1));
            assertThat(calls)
                    .containsExactly(
                            "pause abort",
                            "load " + zero.folder().path(),
                            "continue",
                            "generate",
                            "pause retract",
                            "load " + one.folder().path(),
                            "continue",
                            "generate");
        }
    }

    private static ObjectNode withBorder(ObjectNode meta, String before, String after) {
        ArrayNode spans = meta.putArray("weight_versions");
        spans.addObject().put("version", before).put("start", 0).put("end", 1);
        spans.addObject().put("version", after).put("start", 1).put("end", 2);
        return meta;
    }

    @Test
    void shouldSayEverySettingOfTheDistribution() {
        try (EngineSampler sampler = sampler(false)) {
            sampler.submit(request());
            finish(sampler);
        }
        JsonNode asked = server.requests().get(server.requests().size() - 1).json();
        JsonNode parameters = asked.path("sampling_params");
        assertThat(asked.path("input_ids").toString()).isEqualTo("[2,3]");
        assertThat(asked.path("return_logprob").asBoolean()).isTrue();
        assertThat(parameters.path("temperature").asDouble()).isEqualTo(0.7);
        assertThat(parameters.path("top_k").asInt()).isEqualTo(-1);
        assertThat(parameters.path("max_new_tokens").asInt()).isEqualTo(8);
        assertThat(parameters.path("stop_token_ids").toString()).isEqualTo("[1]");
        assertThat(parameters.path("sampling_seed").asLong()).isBetween(0L, (long) Integer.MAX_VALUE);
        assertThat(parameters.path("ignore_eos").asBoolean())
                .as("SGLang would ignore stop_token_ids, too")
                .isFalse();
    }

    @Test
    void shouldRefuseAServerThatDoesNotNameVersions() {
        change = meta -> meta.without("weight_versions");
        try (EngineSampler sampler = sampler(false)) {
            assertThatThrownBy(() -> sampler.advance(Duration.ZERO))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining("weight_versions covers 0 of 2 tokens")
                    .hasMessageContaining("update the server");
        }
    }

    @Test
    void shouldRefuseLogProbabilitiesBeforeTheTemperatureAndNameTheVariable() {
        change = meta -> {
            meta.path("output_token_logprobs").forEach(token -> ((ArrayNode) token).set(0, -0.7));
            return meta;
        };
        try (EngineSampler sampler = sampler(false)) {
            assertThatThrownBy(() -> sampler.advance(Duration.ZERO))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining("is -0.7, expected 0")
                    .hasMessageContaining("SGLANG_RETURN_ORIGINAL_LOGPROB");
        }
    }

    @Test
    void shouldStayPausedAfterAFailedLoadUntilOneSucceeds() {
        // Given
        onLoad = Reply.raw(200, "{\"success\": false, \"message\": \"no such file\"}");
        try (EngineSampler sampler = sampler(false)) {
            sampler.submit(request());
            // When
            sampler.advance(Duration.ZERO);

            // Then
            assertThat(calls)
                    .containsExactly("pause abort", "load " + zero.folder().path());
            assertThat(sampler.trouble())
                    .hasValueSatisfying(trouble -> assertThat(trouble).contains("version 0", "no such file"));
            onLoad = Reply.raw(200, "{\"success\": true}");
            assertThat(finish(sampler).versions()).containsExactly(new VersionTokens(0, 2));
        }
    }

    @Test
    void shouldPauseAServerWhoseLogProbabilitiesAreNotTheVersions() {
        try (EngineSampler sampler = sampler(true)) {
            sampler.submit(request());
            sampler.advance(Duration.ZERO);

            assertThat(calls).endsWith("continue", "pause abort");
            assertThat(sampler.trouble()).hasValueSatisfying(trouble -> assertThat(trouble)
                    .contains("version 0", "probe-tolerance is 0.001"));
        }
    }

    private static Reply ok(String body) {
        return Reply.raw(200, body);
    }

    private EngineSampler sampler(boolean probe) {
        String url = server.url("").toString();
        return new EngineSampler(
                new EngineAccess(URI.create(url), TestPolicies.config(EngineKind.SGLANG, url, probe), null),
                zero,
                new int[] {1},
                8,
                InstantSource.system(),
                () -> false);
    }

    private static SamplingRequest request() {
        return new SamplingRequest("group", new int[] {2, 3}, 1, new SamplingParameters(0.7, 1, 0, 8), 5);
    }

    private static Sample finish(EngineSampler sampler) {
        List<Sample> answers = new ArrayList<>();
        while (answers.isEmpty()) {
            EngineProgress progress = sampler.advance(Duration.ofMillis(20));
            assertThat(progress.failures()).isEmpty();
            answers.addAll(progress.answers());
        }
        return answers.get(0);
    }
}
