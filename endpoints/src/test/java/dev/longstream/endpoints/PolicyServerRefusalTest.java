package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.config.ConfigurationException;
import dev.longstream.http.Authentication;
import dev.longstream.http.ServerAccess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import static dev.longstream.endpoints.JsonClient.LIMITS;
import static dev.longstream.endpoints.JsonClient.body;
import static dev.longstream.endpoints.JsonClient.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Requests and configurations that a server refuses, on a real port. */
@Timeout(60)
class PolicyServerRefusalTest {
    @TempDir
    private static Path model;

    private static PolicyServer server;
    private static JsonClient client;

    @BeforeAll
    static void start() {
        ServedTestPolicy.write(model);
        server = PolicyServer.start(model, config(64, Duration.ofMinutes(1)), line -> {});
        client = new JsonClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
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
            "stop_token_ids": 5               | 400 | stop_token_ids
            "stop_token_ids": [200]           | 400 | stop_token_ids
            "ignore_eos": "yes"               | 400 | ignore_eos
            "tool_choice": "required"         | 400 | tool_choice
            "guided_choice": ["a", "b"]       | 400 | guided_choice
            "reasoning_effort": "high"        | 400 | reasoning_effort
            "bad_words": ["a"]                | 400 | bad_words
            "allowed_token_ids": [1]          | 400 | allowed_token_ids
            "structured_outputs": {}          | 400 | structured_outputs
            "truncate_prompt_tokens": 5       | 400 | truncate_prompt_tokens
            "include_stop_str_in_output": true | 400 | include_stop_str_in_output
            "chat_template_kwargs": {}        | 400 | chat_template_kwargs
            "messages": []                    | 400 | messages
            "temprature": 0                   | 400 | temprature
            "max_tokens": 1, "max_completion_tokens": 2 | 400 | max_tokens
            "stream": true, "stream_options": {"continuous_usage_stats": true} | 400 | stream_options
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
        JsonNode error = body(client.post("completions", "{" + prompt + field + "}"), status)
                .path("error");
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
            {"messages": [{"role": "user", "content": "word1"}], "prompt": "word1"}   | prompt
            {"messages": [{"role": "user", "content": "word1", "name": "me"}]}        | messages[0].name
            {"messages": [{"role": "user", "content": "word1"}], "chat_template_kwargs": 1}              | chat_template_kwargs
            {"messages": [{"role": "user", "content": "word1"}], "chat_template_kwargs": {"other": 1}}   | chat_template_kwargs
            {"messages": [{"role": "user", "content": "word1"}], "chat_template_kwargs": {"messages": 1}} | chat_template_kwargs
            """)
    void shouldNameWhatIsWrongWithAChat(String body, String name) throws Exception {
        assertThat(body(client.post("chat/completions", body), 400)
                        .path("error")
                        .path("param")
                        .asText())
                .isEqualTo(name);
    }

    @Test
    void shouldAnswerInTheSameShapeWhateverIsWrong() throws Exception {
        assertThat(body(client.post("completions", "{\"prompt\""), 400)
                        .path("error")
                        .path("message")
                        .asText())
                .contains("no JSON");
        assertThat(body(client.post("embeddings", "{}"), 404)
                        .path("error")
                        .path("message")
                        .asText())
                .contains("/v1/chat/completions");
        assertThat(body(client.get("completions"), 405)
                        .path("error")
                        .path("message")
                        .asText())
                .contains("POST");
        String longPrompt = "word1 ".repeat(ServedTestPolicy.POSITIONS);
        JsonNode tooLong = body(client.post("completions", "{\"prompt\": \"" + longPrompt + "\"}"), 413)
                .path("error");
        assertThat(tooLong.path("code").asText()).isEqualTo("context_length_exceeded");
        assertThat(tooLong.path("message").asText()).contains("4096 tokens").contains("4096 positions");
    }

    @Test
    void shouldAskToComeAgainWhenTooManyPromptsAreUnderWay() throws Exception {
        try (PolicyServer small = PolicyServer.start(model, config(2, Duration.ofMinutes(1)), line -> {})) {
            HttpResponse<String> response =
                    new JsonClient(small).post("completions", "{\"prompt\": [[5], [6], [7]], \"max_tokens\": 1}");
            assertThat(body(response, 429).path("error").path("code").asText()).isEqualTo("rate_limit_exceeded");
            assertThat(response.headers().firstValue("Retry-After")).contains("1");
            HttpResponse<String> later =
                    new JsonClient(small).post("completions", "{\"prompt\": [[5], [6]], \"max_tokens\": 1}");
            assertThat(later.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldForgetARequestThatTakesTooLong() throws Exception {
        try (PolicyServer hurried = PolicyServer.start(model, config(1, Duration.ofMillis(1)), line -> {})) {
            // When
            HttpResponse<String> response =
                    new JsonClient(hurried).post("completions", "{\"prompt\": [5], \"max_tokens\": 4000, \"n\": 16}");
            // Then
            // The server makes room for others.
            assertThat(response.statusCode()).isEqualTo(503);
            int status = 429;
            while (status == 429) {
                status = new JsonClient(hurried)
                        .post("completions", "{\"prompt\": [5], \"max_tokens\": 4000, \"n\": 16}")
                        .statusCode();
            }
            assertThat(status).isEqualTo(503);
        }
    }

    @Test
    void shouldAnswerWhatIsUnderWayWhenItIsClosed() throws Exception {
        PolicyServer closing = PolicyServer.start(model, config(1, Duration.ofMinutes(1)), line -> {});
        JsonClient other = new JsonClient(closing);
        String longRequest = "{\"prompt\": [5], \"max_tokens\": 4000, \"n\": 16}";
        CompletableFuture<HttpResponse<String>> under = other.postAsync("completions", longRequest);
        int status = 200;
        while (status == 200) { // until the long one is under way
            if (under.isDone()) { // a short one was, and it was refused
                under = other.postAsync("completions", longRequest);
            }
            status = other.post("completions", "{\"prompt\": [5], \"max_tokens\": 1}")
                    .statusCode();
        }
        assertThat(status).isEqualTo(429);
        // When
        closing.close();
        // Then
        assertThat(body(under.get(), 503).path("error").path("message").asText())
                .contains("stopping");
        assertThatThrownBy(() -> other.post("completions", "{\"prompt\": [5]}")).isInstanceOf(IOException.class);
    }

    @Test
    void shouldRefuseAPortThatIsTaken() {
        ServingConfig taken =
                new ServingConfig("127.0.0.1", server.url().getPort(), "tiny", LIMITS, 1, Duration.ofMinutes(1));
        assertThatThrownBy(() -> PolicyServer.start(model, taken, line -> {}))
                .isInstanceOf(PortInUseException.class)
                .hasMessageContaining(
                        "cannot listen on 127.0.0.1:" + server.url().getPort());
        ServingConfig elsewhere = new ServingConfig("192.0.2.1", 0, "tiny", LIMITS, 1, Duration.ofMinutes(1))
                .withAccess(new ServerAccess(Authentication.NONE, null, true));
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
}
