package dev.longstream.producers.queue;

import dev.longstream.failure.UnreachableException;
import dev.longstream.log.BadRecordException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogAddress;
import dev.longstream.log.RecordDecoder;
import dev.longstream.log.Topics;
import dev.longstream.record.Weights;
import dev.longstream.testing.Records;
import dev.longstream.testing.ScriptedServer;
import dev.longstream.testing.ScriptedServer.Reply;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RecordDecoderTest {
    private static final byte[] OF_SCHEMA_7 = {0, 0, 0, 0, 7, 1, 2, 3};

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    static List<Reply> repliesOfSomethingElse() {
        return List.of(
                Reply.raw(404, "<html>no such page</html>"),
                Reply.raw(404, "{\"error_code\": 404, \"message\": \"HTTP 404 Not Found\"}"),
                Reply.raw(404, "{\"error_code\": 40403, \"message\": \"Schema 7 not found\"}"),
                Reply.raw(200, "<html>please log in</html>"),
                Reply.raw(401, "{\"error_code\": 401, \"message\": \"who are you\"}"),
                Reply.raw(500, "{\"error_code\": 50001, \"message\": \"store timed out\"}"),
                Reply.raw(503, ""));
    }

    @Test
    void shouldDecodeAValueOfItsTopic() throws BadRecordException {
        // Given
        EventLog log = BROKER.newRun("good", 1);
        Weights weights = Records.weights(3).build();
        byte[] bytes =
                log.<Weights>serializer().serialize(log.topics().weights().name(), weights);
        // When
        try (RecordDecoder<Weights> decoder =
                new RecordDecoder<>(log, log.topics().weights())) {
            // Then
            assertThat(decoder.decode(bytes)).isEqualTo(weights);
            assertThatThrownBy(() -> decoder.decode(Arrays.copyOf(bytes, bytes.length - 3)))
                    .isInstanceOf(BadRecordException.class)
                    .hasMessageContaining("cannot be decoded, expected Weights");
        }
    }

    @Test
    void shouldCondemnARecordWhenItsBytesOrItsSchemaAreWrong() {
        // Given
        EventLog log = BROKER.newRun("bad", 1);
        byte[] step = log.serializer()
                .serialize(log.topics().steps().name(), Records.step(1).build());
        try (RecordDecoder<Weights> decoder =
                new RecordDecoder<>(log, log.topics().weights())) {
            // Then
            assertThatThrownBy(() -> decoder.decode(null)).hasMessageContaining("has no value, expected Weights");
            assertThatThrownBy(() -> decoder.decode(new byte[] {9, 9})).hasMessageContaining("it has 2 bytes");
            assertThatThrownBy(() -> decoder.decode(new byte[] {9, 0, 0, 0, 1, 5}))
                    .hasMessageContaining("its first byte is 9");
            assertThatThrownBy(() -> decoder.decode(new byte[] {0, 0, 9, 9, 9, 5}))
                    .isInstanceOf(BadRecordException.class)
                    .hasMessageContaining("the registry has no schema 592137");
            assertThatThrownBy(() -> decoder.decode(step))
                    .hasMessageContaining("is a dev.longstream.record.Step, expected Weights");
        }
    }

    @ParameterizedTest
    @MethodSource("repliesOfSomethingElse")
    void shouldBlameTheRegistryWhenItsAddressIsWrongOrItFails(Reply reply) {
        // Given
        try (ScriptedServer server = new ScriptedServer().on("/", request -> reply);
                RecordDecoder<Weights> decoder = decoder(server.url("").toString())) {
            // Then
            assertThatThrownBy(() -> decoder.decode(OF_SCHEMA_7))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("did not give schema 7 of topic run.weights")
                    .hasMessageContaining(server.url("").toString());
        }
    }

    @Test
    void shouldBlameTheRegistryWhenNoneAnswersOrItSpeaksNoTls() {
        // Given
        try (ScriptedServer server = new ScriptedServer();
                RecordDecoder<Weights> nobody = decoder("http://127.0.0.1:1");
                RecordDecoder<Weights> withoutTls = decoder("https://127.0.0.1:" + server.port())) {
            // Then
            for (RecordDecoder<Weights> decoder : List.of(nobody, withoutTls)) {
                assertThatThrownBy(() -> decoder.decode(OF_SCHEMA_7))
                        .isInstanceOf(UnreachableException.class)
                        .hasMessageContaining("did not give schema 7 of topic run.weights");
            }
        }
    }

    private static RecordDecoder<Weights> decoder(String registry) {
        EventLog log = new EventLog(
                new LogAddress("127.0.0.1:1", registry, Map.of("max.retries", "0", "http.read.timeout.ms", "2000")),
                new Topics("run", 1));
        return new RecordDecoder<>(log, log.topics().weights());
    }
}
