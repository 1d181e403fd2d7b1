package dev.longstream.registry;

import dev.longstream.stack.LocalStack;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The schema registry that the conformance tests ask: this project's, or the one at {@code
 * -Dlongstream.registry.url=http://host:8081}.
 */
final class RegistryUnderTest implements AutoCloseable {
    static final String ONE_FIELD =
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}";
    static final String OPTIONAL_FIELD_MORE = "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
            + "{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"string\",\"default\":\"\"}]}";
    static final String REQUIRED_FIELD_MORE = "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
            + "{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"string\"}]}";
    static final String OTHER_TYPE =
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"string\"}]}";

    private final @Nullable LocalStack stack;
    private final String url;

    private RegistryUnderTest(@Nullable LocalStack stack, String url) {
        this.stack = stack;
        this.url = url;
    }

    /** Starts a registry that keeps its files in a folder, unless the property names one that runs. */
    static RegistryUnderTest start(Path folder) {
        String given = System.getProperty("longstream.registry.url", "");
        if (!given.isEmpty()) {
            return new RegistryUnderTest(null, given);
        }
        LocalStack stack = LocalStack.start(LocalStack.Settings.in(folder));
        return new RegistryUnderTest(stack, stack.registryUrl());
    }

    String url() {
        return url;
    }

    /** Returns a client of Confluent's that remembers nothing of what others asked. */
    CachedSchemaRegistryClient client() {
        return new CachedSchemaRegistryClient(url, 100);
    }

    static AvroSchema schema(String text) {
        return new AvroSchema(text);
    }

    /** Checks that a call of Confluent's client fails with an HTTP status and Confluent's error code. */
    static void assertFails(int status, int code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RestClientException.class, e -> {
            assertThat(e.getStatus()).as(e.getMessage()).isEqualTo(status);
            assertThat(e.getErrorCode()).as(e.getMessage()).isEqualTo(code);
        });
    }

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url + path))
                                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        if (stack != null) {
            stack.close();
        }
    }
}
