package dev.longstream.streams.topology;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.record.DeadLetter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Properties;
import java.util.function.Function;

/**
 * Builds the topology of one stage. Every step, store and internal topic must have a name; without one it would get a
 * number, which would change with the next step that is added and orphan the state.
 */
public final class StageTopology {
    private final EventLog log;
    private final String stage;
    private final StreamsBuilder builder;

    /** Starts a topology; {@code stage} together with the names of run and shadow is the application id. */
    public StageTopology(EventLog log, String stage) {
        this.log = log;
        this.stage = stage;
        this.builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(settings(log, stage))));
    }

    /** Returns the settings of a stage's Kafka Streams application that do not depend on the machine. */
    public static Properties settings(EventLog log, String stage) {
        Properties settings = log.streamsSettings();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, log.topics().application(stage));
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        // No stage has a global table; without this setting every start logs a warning about it.
        settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true);
        return settings;
    }

    /** Reads a topic's records; those that cannot be decoded go to {@code dead-letters}. */
    public <R extends SpecificRecord, V extends R> KStream<String, Located<R>> read(Topic<V> topic) {
        return read(topic, null);
    }

    /**
     * Reads a topic's records and checks their keys.
     *
     * @param keyOf returns the key that a record must have, because the key decides which task reads it; null: any key
     */
    public <R extends SpecificRecord, V extends R> KStream<String, Located<R>> read(
            Topic<V> topic, @Nullable Function<V, String> keyOf) {
        String name = shortName(topic);
        String step = "decode-" + name;
        KStream<String, Checked<Located<R>>> decoded = builder.stream(
                        topic.name(),
                        Consumed.with(Serdes.String(), Serdes.ByteArray()).withName("read-" + name))
                .process(() -> new Decode<R, V>(log, topic, stage, keyOf), Named.as(step));
        return accepted(step, decoded);
    }

    /**
     * Returns the accepted values of a step; refused records go to {@code dead-letters}, in the transaction that reads
     * them.
     *
     * @param step name of the step
     */
    public <V> KStream<String, V> accepted(String step, KStream<String, Checked<V>> checked) {
        KStream<String, DeadLetter> letters =
                checked.flatMapValues(value -> letters(value), Named.as(step + "-refused"));
        write(letters, log.topics().deadLetters(), step + "-to-dead-letters");
        return checked.flatMapValues(value -> values(value), Named.as(step + "-accepted"));
    }

    private static <V> List<V> values(Checked<V> checked) {
        return checked instanceof Checked.Accepted<V> accepted ? List.of(accepted.value()) : List.of();
    }

    private static <V> List<DeadLetter> letters(Checked<V> checked) {
        return checked instanceof Checked.Refused<V> refused ? List.of(refused.letter()) : List.of();
    }

    /** Writes records to a catalogued topic, in the step {@code to-<topic>}. */
    public <V extends SpecificRecord> void write(KStream<String, V> records, Topic<V> topic) {
        write(records, topic, "to-" + shortName(topic));
    }

    private <V extends SpecificRecord> void write(KStream<String, V> records, Topic<V> topic, String step) {
        Serde<V> serde = serde(topic);
        records.to(
                topic.name(),
                Produced.with(Serdes.String(), Serdes.serdeFrom(log.written(serde.serializer()), serde.deserializer()))
                        .withName(step));
    }

    /** Returns how records with equal keys are brought to one task; {@code name} names the internal topic. */
    public <V> Repartitioned<String, V> repartitioned(String name, Serde<V> values) {
        return Repartitioned.with(Serdes.String(), values).withName(name);
    }

    /** Adds a persistent store with a changelog topic. */
    public <K, V> void store(String name, Serde<K> keys, Serde<V> values) {
        builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, values));
    }

    /**
     * Returns the serde of a catalogued topic's records. Stores and internal topics use that topic's subject as well,
     * so that they need no subjects of their own and stock tools can decode them.
     */
    public <V extends SpecificRecord> Serde<V> serde(Topic<V> topic) {
        Serde<V> serde = log.serde();
        return Serdes.serdeFrom(
                (anyTopic, value) -> serde.serializer().serialize(topic.name(), value),
                (anyTopic, bytes) -> serde.deserializer().deserialize(topic.name(), bytes));
    }

    /** Returns the finished topology. */
    public Topology build() {
        return builder.build();
    }

    private String shortName(Topic<?> topic) {
        return topic.name().substring(log.topics().name("").length());
    }
}
