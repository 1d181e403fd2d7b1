package dev.longstream.log;

import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Weights;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EventLogTest {
    private final EventLog log =
            new EventLog(new LogAddress("127.0.0.1:1", "mock://event-log-test"), new Topics("run", 1));
    private final Control control = Control.newBuilder()
            .setCommand(ControlCommand.START)
            .setWho("test")
            .setWhy("to see it come back")
            .setAt(Instant.ofEpochMilli(1_700_000_000_000L))
            .setPrompts(3L)
            .build();

    @Test
    void shouldReadBackWhatItWrote() throws Exception {
        Topic<Control> topic = log.topics().control();
        MockSchemaRegistry.getClientForScope("event-log-test")
                .register(topic.subject(), new AvroSchema(Control.getClassSchema()));

        byte[] bytes = log.<Control>serializer().serialize(topic.name(), control);

        assertThat(bytes[0]).as("magic byte of the wire format").isZero();
        assertThat(log.<Control>deserializer().deserialize(topic.name(), bytes)).isEqualTo(control);
    }

    @Test
    void shouldRefuseToWriteARecordWhoseSchemaNobodyRegistered() {
        Weights weights = new Weights(1L, "file:///nowhere", "0", 0L, Instant.EPOCH, null, null);

        assertThatThrownBy(() -> log.<Weights>serializer()
                        .serialize(log.topics().weights().name(), weights))
                .isInstanceOf(SerializationException.class);
    }
}
