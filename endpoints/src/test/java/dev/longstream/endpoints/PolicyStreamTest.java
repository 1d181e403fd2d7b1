package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests with {@code stream: true}. */
@Timeout(60)
class PolicyStreamTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path model;

    private static PolicyServer server;
    private static JsonClient client;

    @BeforeAll
    static void start() {
        ServedTestPolicy.write(model);
        server = serve(16);
        client = new JsonClient(server);
    }

    private static PolicyServer serve(int maxRequests) {
        return PolicyServer.start(model, JsonClient.config(maxRequests, Duration.ofMinutes(1)), line -> {});
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void shouldStreamTheAnswersThatItWouldGiveAtOnce() throws Exception {
        // Given
        String body =
                """
                {"messages": [{"role": "user", "content": "word1 word2"}], "n": 3, "seed": 7, "max_tokens": 40,
                 "temperature": 1, "logprobs": true""";
        JsonNode whole =
                JSON.readTree(client.post("chat/completions", body + "}").body());
        // When
        List<JsonNode> chunks = stream("chat/completions", body + ", \"stream\": true}");
        // Then
        for (JsonNode choice : whole.path("choices")) {
            List<JsonNode> own = of(choice.path("index").asInt(), chunks);
            assertThat(own.get(0).path("delta").path("role").asText()).isEqualTo("assistant");
            assertThat(joined(own, "/delta/content"))
                    .isEqualTo(choice.path("message").path("content").asText());
            assertThat(own.get(own.size() - 1).path("finish_reason")).isEqualTo(choice.path("finish_reason"));
            assertThat(own.stream().flatMap(one -> elements(one.at("/logprobs/content"))))
                    .isEqualTo(elements(choice.at("/logprobs/content")).toList());
        }
        assertThat(chunks)
                .hasSizeGreaterThan(9)
                .allMatch(chunk -> chunk.path("object").asText().equals("chat.completion.chunk"))
                .extracting(chunk -> chunk.path("id"))
                .containsOnly(chunks.get(0).path("id"));
    }

    @Test
    void shouldCountTheTokensInTheLastChunkWhenAskedTo() throws Exception {
        // Given
        String body =
                """
                {"prompt": ["word1", "word2"], "seed": 3, "max_tokens": 30, "temperature": 1""";
        JsonNode whole = JSON.readTree(client.post("completions", body + "}").body());
        // When
        List<JsonNode> chunks =
                stream("completions", body + ", \"stream\": true, \"stream_options\": {\"include_usage\": true}}");
        // Then
        for (JsonNode choice : whole.path("choices")) {
            assertThat(joined(of(choice.path("index").asInt(), chunks), "/text"))
                    .isEqualTo(choice.path("text").asText());
        }
        JsonNode last = chunks.get(chunks.size() - 1);
        assertThat(last.path("choices")).isEmpty();
        assertThat(last.path("usage")).isEqualTo(whole.path("usage"));
        assertThat(chunks.get(0).path("usage").isNull()).isTrue();
    }

    @Test
    void shouldSendNoPartOfAStopText() throws Exception {
        // Given
        String body = """
                {"prompt": "word3", "temperature": 0, "max_tokens": 40""";
        String text = JSON.readTree(client.post("completions", body + "}").body())
                .at("/choices/0/text")
                .asText();
        String stop = text.substring(text.length() / 2, text.length() / 2 + 8);
        // When
        List<JsonNode> own = of(0, stream("completions", body + ", \"stream\": true, \"stop\": \"" + stop + "\"}"));
        // Then
        assertThat(joined(own, "/text")).isEqualTo(text.substring(0, text.indexOf(stop)));
        assertThat(own.get(own.size() - 1).path("finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void shouldRefuseWithAStatusWhenNothingWasSentYet() throws Exception {
        // When
        HttpResponse<String> refused =
                client.post("completions", "{\"prompt\": \"word1\", \"max_tokens\": 5000, \"stream\": true}");
        // Then
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(JSON.readTree(refused.body()).at("/error/param").asText()).isEqualTo("max_tokens");
    }

    @Test
    void shouldMakeRoomForOthersWhenTheClientHangsUp() throws Exception {
        try (PolicyServer small = serve(1)) {
            // Given
            JsonClient other = new JsonClient(small);
            String endless = "{\"prompt\": [5], \"max_tokens\": 4000, \"n\": 16, \"stream\": true}";
            InputStream events = other.stream("completions", endless).body();
            assertThat(events.read()).isEqualTo('d');
            // When
            events.close();
            // Then
            int status = 429;
            while (status == 429) {
                status = other.post("completions", "{\"prompt\": [5], \"max_tokens\": 1}")
                        .statusCode();
            }
            assertThat(status).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            all of it          | STOP      | 9
            word ST            | STOP      | 5
            word STO           | STOP,OX   | 5
            word O             | STOP,OX   | 5
            half a caf\uFFFD   | STOP      | 10
            S\uFFFD            | STOP      | 0
            """)
    void shouldHoldBackWhatMayStillChange(String text, String stops, int certain) {
        assertThat(GrowingChoice.certainLength(text, List.of(stops.split(",")))).isEqualTo(certain);
    }

    private static List<JsonNode> of(int index, List<JsonNode> chunks) {
        List<JsonNode> own = new ArrayList<>();
        chunks.forEach(chunk -> chunk.path("choices").forEach(choice -> {
            if (choice.path("index").asInt() == index) {
                own.add(choice);
            }
        }));
        return own;
    }

    private static String joined(List<JsonNode> choices, String at) {
        return choices.stream().map(choice -> choice.at(at).asText()).collect(Collectors.joining());
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        List<JsonNode> all = new ArrayList<>();
        array.forEach(all::add);
        return all.stream();
    }

    private static List<JsonNode> stream(String path, String body) throws Exception {
        HttpResponse<InputStream> response = client.stream(path, body);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        List<JsonNode> chunks = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            List<String> data = lines.lines()
                    .filter(line -> line.startsWith("data: "))
                    .map(line -> line.substring(6))
                    .toList();
            assertThat(data.get(data.size() - 1)).isEqualTo("[DONE]");
            for (String one : data.subList(0, data.size() - 1)) {
                chunks.add(JSON.readTree(one));
            }
        }
        return chunks;
    }
}
