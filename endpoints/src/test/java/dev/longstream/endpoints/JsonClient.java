package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.policy.sampling.SamplerLimits;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import static org.assertj.core.api.Assertions.assertThat;

/** A client that sends JSON to a policy server and reads its replies. */
final class JsonClient {
    /** Limits of the samplers behind the servers that tests start. */
    static final SamplerLimits LIMITS = new SamplerLimits(16, 8, 1 << 26);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final PolicyServer server;

    JsonClient(PolicyServer server) {
        this.server = server;
    }

    /** Returns the configuration of a server of model {@code tiny} on a free port of the loopback interface. */
    static ServingConfig config(int maxRequests, Duration timeout) {
        return new ServingConfig("127.0.0.1", 0, "tiny", LIMITS, maxRequests, timeout);
    }

    /** Gets a path below {@code /v1}, or one beside it that begins with {@code ../}. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create(server.url() + "/" + path).normalize();
        return CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return CLIENT.send(request(path, body), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> postAsync(String path, String body) {
        return CLIENT.sendAsync(request(path, body), BodyHandlers.ofString());
    }

    /** Returns a response whose body a test reads as it arrives. */
    HttpResponse<InputStream> stream(String path, String body) throws IOException, InterruptedException {
        return CLIENT.send(request(path, body), BodyHandlers.ofInputStream());
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(URI.create(server.url() + "/" + path).normalize())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    static JsonNode read(String json) throws IOException {
        return JSON.readTree(json);
    }

    /** Checks a response's status and returns its body. */
    static JsonNode body(HttpResponse<String> response, int status) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }
}
