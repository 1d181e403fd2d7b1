package dev.longstream.runs.log;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** Reads and writes a run's control commands. */
public final class ControlTopic {
    private ControlTopic() {}

    /** Returns the kinds of commands that the log has. */
    public static Set<ControlCommand> commands(EventLog log) {
        Set<ControlCommand> commands = EnumSet.noneOf(ControlCommand.class);
        TopicReader.readAll(
                log,
                log.topics().control(),
                record -> commands.add(record.value().getCommand()));
        return commands;
    }

    /**
     * Writes a command and returns its offset.
     *
     * @throws LogException if the broker does not take it
     */
    public static long write(EventLog log, Control command) {
        String topic = log.topics().control().name();
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            return producer.send(new ProducerRecord<>(topic, log.topics().run(), command))
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            throw new LogException(
                    "The command " + command.getCommand() + " cannot be written to " + topic + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while writing the command " + command.getCommand() + " to " + topic, e);
        }
    }
}
