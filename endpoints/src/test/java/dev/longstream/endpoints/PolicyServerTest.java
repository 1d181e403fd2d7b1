package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.config.ConfigurationException;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.StopTokens;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** Requests of an OpenAI client to a tiny policy on a real port. */
@Timeout(60)
class PolicyServerTest {
    private static final SamplerLimits LIMITS = new SamplerLimits(16, 8, 1 << 26);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Queue<String> SAID = new ConcurrentLinkedQueue<>();

    @TempDir
    private static Path model;

    private static PolicyServer server;

    @BeforeAll
    static void start() {
        ServedTestPolicy.write(model);
        server = PolicyServer.start(model, config(64, Duration.ofMinutes(1)), SAID::add);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ServingConfig config(int most, Duration patience) {
        return new ServingConfig("127.0.0.1", 0, "tiny", LIMITS, most, patience);
    }

    @Test
    void shouldSayWhatTheSamplerSaysWhenTheLikeliestTokenIsTaken() throws Exception {
        // Given
        Sample expected = sampledDirectly("<user> word1 word2 <end>", new SamplingParameters(0, 1, 0, 20), 0);
        // When
        HttpResponse<String> response = post(
                "chat/completions",
                """
                {"model": "tiny", "messages": [{"role": "user", "content": "word1 word2"}],
                 "temperature": 0, "max_tokens": 20, "logprobs": true}""");
        // Then
        JsonNode reply = body(response, 200);
        JsonNode choice = reply.path("choices").path(0);
        assertThat(choice.path("message").path("role").asText()).isEqualTo("assistant");
        assertThat(choice.path("message").path("content").asText()).isEqualTo(words(expected));
        assertThat(choice.path("finish_reason").asText()).isEqualTo(expected.truncated() ? "length" : "stop");
        JsonNode logProbs = choice.path("logprobs").path("content");
        assertThat(logProbs).hasSize(expected.tokens().length - (expected.truncated() ? 0 : 1));
        for (int i = 0; i < logProbs.size(); i++) {
            assertThat(logProbs.path(i).path("logprob").floatValue())
                    .isCloseTo(expected.policyLogProbs()[i], within(1e-6f));
        }
        assertThat(reply.path("object").asText()).isEqualTo("chat.completion");
        assertThat(reply.path("id").asText()).startsWith("chatcmpl-");
        assertThat(reply.path("usage").path("prompt_tokens").asInt()).isEqualTo(4);
        assertThat(reply.path("usage").path("completion_tokens").asInt()).isEqualTo(expected.tokens().length);
        assertThat(reply.path("usage").path("total_tokens").asInt()).isEqualTo(4 + expected.tokens().length);
    }

    @Test
    void shouldAnswerEachOfManyRequestsAsItWouldAlone() throws Exception {
        // Given: other prompts, lengths and seeds
        List<String> bodies = IntStream.range(0, 24)
                .mapToObj(i ->
                        """
                        {"prompt": "word%d word%d", "max_tokens": %d, "temperature": 1, "seed": %d, "n": %d}"""
                                .formatted(i, i + 1, 5 + i, i, 1 + i % 3))
                .toList();
        List<JsonNode> alone = new ArrayList<>();
        for (String one : bodies) {
            alone.add(body(post("completions", one), 200).path("choices"));
        }
        // When
        List<CompletableFuture<HttpResponse<String>>> together = bodies.stream()
                .map(one -> CLIENT.sendAsync(request(server, "completions", one), BodyHandlers.ofString()))
                .toList();
        // Then
        for (int i = 0; i < bodies.size(); i++) {
            assertThat(body(together.get(i).get(), 200).path("choices")).isEqualTo(alone.get(i));
        }
    }

    @Test
    void shouldGiveTheSamplersOwnDrawsWhenThereIsASeed() throws Exception {
        // Given
        Sample expected = sampledDirectly("word7", new SamplingParameters(0.7, 0.9, 5, 12), 42);
        // When
        JsonNode reply = body(
                post(
                        "completions",
                        """
                        {"prompt": "word7", "temperature": 0.7, "top_p": 0.9, "top_k": 5, "max_tokens": 12, "seed": 42}"""),
                200);
        // Then
        assertThat(reply.path("choices").path(0).path("text").asText()).isEqualTo(words(expected));
    }

    @Test
    void shouldTakeTextsAndTokensAndGiveTheAnswersInTheirOrder() throws Exception {
        // When
        JsonNode mixed = body(
                post(
                        "completions",
                        """
                {"prompt": ["word1 word2", [5, 6]], "n": 2, "temperature": 0, "max_tokens": 6, "logprobs": 0}"""),
                200);
        JsonNode tokens = body(
                post(
                        "completions",
                        """
                {"prompt": [5, 6], "temperature": 0, "max_tokens": 6, "logprobs": 0}"""),
                200);
        // Then: tokens 5 and 6 are word1 and word2
        assertThat(mixed.path("object").asText()).isEqualTo("text_completion");
        assertThat(mixed.path("choices"))
                .extracting(choice -> choice.path("index").asInt())
                .containsExactly(0, 1, 2, 3);
        assertThat(mixed.path("choices"))
                .extracting(choice -> choice.path("text").asText())
                .containsOnly(tokens.path("choices").path(0).path("text").asText());
        JsonNode logProbs = mixed.path("choices").path(3).path("logprobs");
        assertThat(logProbs.path("tokens")).hasSameSizeAs(logProbs.path("token_logprobs"));
        assertThat(mixed.path("usage").path("prompt_tokens").asInt()).isEqualTo(4);
    }

    @Test
    void shouldEndAnAnswerBeforeAStopText() throws Exception {
        // Given
        String whole = body(
                        post(
                                "completions",
                                """
                        {"prompt": "word3", "temperature": 0, "max_tokens": 12}"""),
                        200)
                .path("choices")
                .path(0)
                .path("text")
                .asText();
        String[] words = whole.split(" ");
        assertThat(words).hasSizeGreaterThan(3);
        String stop = words[2];
        String expected = whole.substring(0, whole.indexOf(stop));
        // When
        JsonNode choice = body(
                        post(
                                "completions",
                                """
                                {"prompt": "word3", "temperature": 0, "max_tokens": 12, "stop": ["nowhere", "%s"], "logprobs": 0}"""
                                        .formatted(stop)),
                        200)
                .path("choices")
                .path(0);
        // Then
        assertThat(choice.path("text").asText()).isEqualTo(expected);
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(choice.path("logprobs").path("tokens").size()).isLessThanOrEqualTo(2);
    }

    @Test
    void shouldSayWhatItServes() throws Exception {
        JsonNode models = body(get("models"), 200);
        assertThat(models.path("data").path(0).path("id").asText()).isEqualTo("tiny");
        assertThat(body(get("models/tiny"), 200).path("object").asText()).isEqualTo("model");
        HttpResponse<String> health = CLIENT.send(
                HttpRequest.newBuilder(server.url().resolve("/health")).build(), BodyHandlers.ofString());
        assertThat(body(health, 200).path("status").asText()).isEqualTo("ok");
        assertThat(SAID).anyMatch(line -> line.contains("GET /health 200"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            "max_tokens": 0                   | 400 | max_tokens
            "max_tokens": "many"              | 400 | max_tokens
            "temperature": -1                 | 400 | temperature
            "temperature": true               | 400 | temperature
            "top_p": 0                        | 400 | top_p
            "top_p": 1.5                      | 400 | top_p
            "top_k": 1.5                      | 400 | top_k
            "n": 0                            | 400 | n
            "n": 17                           | 400 | n
            "stop": 7                         | 400 | stop
            "seed": "x"                       | 400 | seed
            "stream": 1                       | 400 | stream
            "stream_options": {"include_usage": true} | 400 | stream_options
            "echo": true                      | 400 | echo
            "logprobs": 5                     | 400 | logprobs
            "frequency_penalty": 0.5          | 400 | frequency_penalty
            "logit_bias": {"5": 1}            | 400 | logit_bias
            "response_format": {"type":"json_object"} | 400 | response_format
            "prompt": {}                      | 400 | prompt
            "prompt": ""                      | 400 | prompt
            "prompt": [1, 999]                | 400 | prompt
            "prompt": [[1], []]               | 400 | prompt
            "model": "other"                  | 404 | model
            "max_tokens": 4096                | 413 | max_tokens
            """)
    void shouldNameTheFieldThatIsWrong(String field, int status, String name) throws Exception {
        // When
        String prompt = field.startsWith("\"prompt\"") ? "" : "\"prompt\": \"word1\", ";
        JsonNode error =
                body(post("completions", "{" + prompt + field + "}"), status).path("error");
        // Then
        assertThat(error.path("param").asText()).isEqualTo(name);
        assertThat(error.path("message").asText()).contains(name);
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {}                                                                        | messages
            {"messages": []}                                                          | messages
            {"messages": [{"content": "word1"}]}                                      | messages[0].role
            {"messages": [{"role": "user"}]}                                          | messages[0].content
            {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}      | messages[0].content
            {"messages": [{"role": "user", "content": "word1"}], "top_logprobs": 3}   | top_logprobs
            {"messages": [{"role": "user", "content": "word1"}], "tools": [{}]}       | tools
            """)
    void shouldNameWhatIsWrongWithAChat(String body, String name) throws Exception {
        assertThat(body(post("chat/completions", body), 400)
                        .path("error")
                        .path("param")
                        .asText())
                .isEqualTo(name);
    }

    @Test
    void shouldAnswerInTheSameShapeWhateverIsWrong() throws Exception {
        assertThat(body(post("completions", "{\"prompt\""), 400)
                        .path("error")
                        .path("message")
                        .asText())
                .contains("no JSON");
        assertThat(body(post("embeddings", "{}"), 404)
                        .path("error")
                        .path("message")
                        .asText())
                .contains("/v1/chat/completions");
        assertThat(body(get("completions"), 405).path("error").path("message").asText())
                .contains("POST");
        String longPrompt = "word1 ".repeat(ServedTestPolicy.POSITIONS);
        JsonNode tooLong = body(post("completions", "{\"prompt\": \"" + longPrompt + "\"}"), 413)
                .path("error");
        assertThat(tooLong.path("code").asText()).isEqualTo("context_length_exceeded");
        assertThat(tooLong.path("message").asText()).contains("4096 tokens").contains("4096 positions");
    }

    @Test
    void shouldTakeTextPartsAndIgnoreWhatChangesNothing() throws Exception {
        JsonNode reply = body(
                post(
                        "chat/completions",
                        """
                        {"messages": [{"role": "user", "content": [{"type": "text", "text": "word1 "},
                         {"type": "text", "text": "word2"}]}], "temperature": 0, "max_completion_tokens": 3, "user": "me",
                         "stream": false, "presence_penalty": 0.0, "response_format": {"type": "text"}, "seed": null}"""),
                200);
        assertThat(reply.path("usage").path("prompt_tokens").asInt()).isEqualTo(4);
        assertThat(reply.path("usage").path("completion_tokens").asInt()).isBetween(1, 3);
    }

    @Test
    void shouldAskToComeAgainWhenTooManyPromptsAreUnderWay() throws Exception {
        try (PolicyServer small = PolicyServer.start(model, config(2, Duration.ofMinutes(1)), line -> {})) {
            HttpResponse<String> response = CLIENT.send(
                    request(small, "completions", "{\"prompt\": [[5], [6], [7]], \"max_tokens\": 1}"),
                    BodyHandlers.ofString());
            assertThat(body(response, 429).path("error").path("code").asText()).isEqualTo("rate_limit_exceeded");
            assertThat(response.headers().firstValue("Retry-After")).contains("1");
            HttpResponse<String> later = CLIENT.send(
                    request(small, "completions", "{\"prompt\": [[5], [6]], \"max_tokens\": 1}"),
                    BodyHandlers.ofString());
            assertThat(later.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldForgetARequestThatTakesTooLong() throws Exception {
        try (PolicyServer hurried = PolicyServer.start(model, config(1, Duration.ofMillis(1)), line -> {})) {
            // When
            HttpResponse<String> response = CLIENT.send(
                    request(hurried, "completions", "{\"prompt\": [5], \"max_tokens\": 4000, \"n\": 16}"),
                    BodyHandlers.ofString());
            // Then: it makes room for others
            assertThat(response.statusCode()).isEqualTo(503);
            int status = 429;
            while (status == 429) {
                status = CLIENT.send(
                                request(hurried, "completions", "{\"prompt\": [5], \"max_tokens\": 4000, \"n\": 16}"),
                                BodyHandlers.ofString())
                        .statusCode();
            }
            assertThat(status).isEqualTo(503);
        }
    }

    @Test
    void shouldAnswerWhatIsUnderWayWhenItIsClosed() throws Exception {
        PolicyServer closing = PolicyServer.start(model, config(1, Duration.ofMinutes(1)), line -> {});
        HttpRequest longRequest = request(closing, "completions", "{\"prompt\": [5], \"max_tokens\": 4000, \"n\": 16}");
        CompletableFuture<HttpResponse<String>> under = CLIENT.sendAsync(longRequest, BodyHandlers.ofString());
        int status = 200;
        while (status == 200) { // until the long one is under way
            if (under.isDone()) { // a short one was, and it was refused
                under = CLIENT.sendAsync(longRequest, BodyHandlers.ofString());
            }
            status = CLIENT.send(
                            request(closing, "completions", "{\"prompt\": [5], \"max_tokens\": 1}"),
                            BodyHandlers.ofString())
                    .statusCode();
        }
        assertThat(status).isEqualTo(429);
        // When
        closing.close();
        // Then
        assertThat(body(under.get(), 503).path("error").path("message").asText())
                .contains("stopping");
        assertThatThrownBy(() ->
                        CLIENT.send(request(closing, "completions", "{\"prompt\": [5]}"), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void shouldRefuseAPortThatIsTaken() {
        ServingConfig taken =
                new ServingConfig("127.0.0.1", server.url().getPort(), "tiny", LIMITS, 1, Duration.ofMinutes(1));
        assertThatThrownBy(() -> PolicyServer.start(model, taken, line -> {}))
                .isInstanceOf(PortInUseException.class)
                .hasMessageContaining(
                        "cannot listen on 127.0.0.1:" + server.url().getPort());
        ServingConfig elsewhere = new ServingConfig("192.0.2.1", 0, "tiny", LIMITS, 1, Duration.ofMinutes(1));
        assertThatThrownBy(() -> PolicyServer.start(model, elsewhere, line -> {}))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cannot listen on 192.0.2.1");
    }

    @Test
    void shouldNameEveryFaultOfItsConfiguration() {
        assertThatThrownBy(() -> new ServingConfig(" ", 70_000, "", LIMITS, 0, Duration.ZERO))
                .isInstanceOfSatisfying(ConfigurationException.class, refused -> assertThat(refused.problems())
                        .hasSize(5));
    }

    private static Sample sampledDirectly(String prompt, SamplingParameters draw, long seed) {
        try (PolicyFolder folder = PolicyFolder.open(model);
                PolicyModel policy = PolicyModel.load(folder);
                Tokenizer tokenizer = folder.tokenizer();
                Sampler sampler = new Sampler(policy, 0, StopTokens.of(folder), LIMITS)) {
            sampler.submit(new SamplingRequest("direct", tokenizer.encode(prompt), 1, draw, seed));
            List<Sample> finished = List.of();
            while (finished.isEmpty()) {
                finished = sampler.decodeChunk();
            }
            return finished.get(0);
        }
    }

    private static String words(Sample sample) {
        try (PolicyFolder folder = PolicyFolder.open(model);
                Tokenizer tokenizer = folder.tokenizer()) {
            return tokenizer.decode(sample.tokens(), false);
        }
    }

    private static HttpRequest request(PolicyServer to, String path, String body) {
        return HttpRequest.newBuilder(URI.create(to.url() + "/" + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return CLIENT.send(request(server, path, body), BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.url() + "/" + path)).build(), BodyHandlers.ofString());
    }

    private static JsonNode body(HttpResponse<String> response, int status) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }
}
