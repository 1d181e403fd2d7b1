package dev.longstream.trainer.serving;

import dev.longstream.files.FolderLease;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class VersionServerTest {
    private static final String KEY = "key of the run";
    private static final String STEP = "checkpoints/step-000012";
    private static final String DOCUMENT = "documents/" + "0".repeat(64) + ".txt";

    @TempDir
    Path run;

    private VersionServer server;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(run.resolve(STEP + "/model"));
        Files.writeString(run.resolve(STEP + "/model/model.safetensors"), "0123456789");
        Files.writeString(Files.createDirectories(run.resolve("checkpoints/base")).resolve("model.safetensors"), "base");
        Files.writeString(run.resolve(STEP + "/model/config.json"), "{}");
        Files.writeString(run.resolve(STEP + "/moments.safetensors"), "secret");
        Files.writeString(run.resolve(STEP + "/state.json"), "{}");
        Files.writeString(run.resolve(STEP + "/bfloat16.delta"), "differences");
        Files.writeString(run.resolve("config.yaml"), "secret");
        Files.createDirectories(run.resolve("documents"));
        Files.writeString(run.resolve(DOCUMENT), "a long text");
        server = VersionServer.start("127.0.0.1", 0, run, KEY);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldServeTheBaseOfAdapters() throws Exception {
        assertThat(get("checkpoints/base", "").body()).isEqualTo("4 model.safetensors\n");
        assertThat(get("checkpoints/base/model.safetensors", "").body()).isEqualTo("base");
    }

    @Test
    void shouldListTheFilesOfAVersion() throws Exception {
        assertThat(get(STEP + "/model", "").body()).isEqualTo("2 config.json\n10 model.safetensors\n");
        assertThat(get("checkpoints/step-000013/model", "").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldSendWholeFiles() throws Exception {
        assertThat(get(STEP + "/model/model.safetensors", "").body()).isEqualTo("0123456789");
        assertThat(get(STEP + "/bfloat16.delta", "").body()).isEqualTo("differences");
        assertThat(get(STEP + "/bfloat16.delta", "bytes=6-").body()).isEqualTo("ences");
        assertThat(get(DOCUMENT, "").body()).isEqualTo("a long text");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=3-, 206, 3456789, bytes 3-9/10",
        "bytes=3-5, 206, 345, bytes 3-5/10",
        "bytes=9-100, 206, 9, bytes 9-9/10",
        "bytes=10-, 416, the file has 10 bytes, bytes */10",
        "bytes=-3, 200, 0123456789,"
    })
    void shouldSendTheRangeThatARequestNames(String range, int status, String body, String contentRange)
            throws Exception {
        HttpResponse<String> response = get(STEP + "/model/model.safetensors", range);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body().strip()).isEqualTo(body);
        assertThat(response.headers().firstValue("Content-Range").orElse(null)).isEqualTo(contentRange);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.yaml",
                STEP + "/moments.safetensors",
                STEP + "/state.json",
                STEP + "/moments.safetensors.delta",
                STEP + "/model/../state.json",
                STEP + "/model/%2e%2e/state.json",
                "documents/../config.yaml",
                "checkpoints",
                ""
            })
    void shouldServeNothingElse(String path) throws Exception {
        HttpResponse<String> response = get(path, "");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).doesNotContain("secret");
    }

    @Test
    void shouldRefuseRequestsWithoutTheKeyAndOthersThanReading() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/" + STEP + "/model");
        HttpRequest.Builder keyed = HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + KEY);
        assertThat(send(HttpRequest.newBuilder(uri)).statusCode()).isEqualTo(401);
        assertThat(send(HttpRequest.newBuilder(uri).header("Authorization", "Bearer other"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(keyed.copy().DELETE()).statusCode()).isEqualTo(405);
        HttpResponse<String> head = send(keyed.copy().method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {STEP + "/model/config.json", STEP + "/bfloat16.delta"})
    void shouldKeepAVersionThatWasAskedForAMomentAgo(String file) throws Exception {
        assertThat(FolderLease.isHeld(run.resolve(STEP))).isFalse();
        // When
        get(file, "");
        // Then
        assertThat(FolderLease.isHeld(run.resolve(STEP))).isTrue();
        server.close();
        assertThat(FolderLease.isHeld(run.resolve(STEP))).isFalse();
    }

    private HttpResponse<String> get(String path, String range) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + "/" + path))
                .header("Authorization", "Bearer " + KEY);
        return send(range.isEmpty() ? request : request.header("Range", range));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
