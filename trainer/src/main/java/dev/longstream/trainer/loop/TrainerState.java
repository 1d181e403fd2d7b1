package dev.longstream.trainer.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.files.Sha256;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The loop's own state in a checkpoint, beside weights and moments. The learning rate is a function of the step and of the
 * beginnings of phases.
 *
 * @param nextBatchOffset offset of {@code batches} at which to continue
 * @param phaseStarts version from which the first batch of each phase was trained, by phase index; 0 for the phase of a
 *     checkpoint of an older release
 * @param step record of the last step, to be announced; empty for version 0
 * @param weights record of the version, to be announced
 * @param batchDigest SHA-256 of the last step's manifest: its number and its groups' ids, places and sizes; empty for version
 *     0 and in checkpoints of older releases
 */
record TrainerState(
        long nextBatchOffset,
        SortedMap<Integer, Long> phaseStarts,
        Optional<Step> step,
        Weights weights,
        Optional<String> batchDigest) {
    private static final int NO_PHASE = -1;

    private static final ObjectMapper JSON = new ObjectMapper();

    TrainerState {
        phaseStarts = Collections.unmodifiableSortedMap(new TreeMap<>(phaseStarts));
    }

    /** Returns the starts of phases after a batch of a phase was trained from this version. */
    SortedMap<Integer, Long> phaseStartsWith(int phaseIndex) {
        SortedMap<Integer, Long> starts = new TreeMap<>(phaseStarts);
        if (begins(phaseIndex)) {
            starts.put(phaseIndex, step.map(Step::getVersion).orElse(0L));
        }
        return starts;
    }

    /**
     * Returns whether a batch of the phase would be its first. Near the end of a phase, batches of two phases may alternate.
     */
    boolean begins(int phaseIndex) {
        return phaseIndex > furthestPhase();
    }

    private int furthestPhase() {
        return phaseStarts.isEmpty() ? NO_PHASE : phaseStarts.lastKey();
    }

    ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("nextBatchOffset", nextBatchOffset);
        json.put("furthestPhase", furthestPhase());
        ObjectNode starts = json.putObject("phaseStarts");
        phaseStarts.forEach((phase, version) -> starts.put(Integer.toString(phase), version));
        step.ifPresent(value -> json.set("step", encode(value)));
        json.set("weights", encode(weights));
        batchDigest.ifPresent(digest -> json.put("batchDigest", digest));
        return json;
    }

    static TrainerState fromJson(JsonNode json) {
        Optional<Step> step = json.has("step") ? Optional.of(decode(json.path("step"), Step.class)) : Optional.empty();
        return new TrainerState(
                json.path("nextBatchOffset").asLong(),
                phaseStarts(json),
                step,
                decode(json.path("weights"), Weights.class),
                json.has("batchDigest") ? Optional.of(json.path("batchDigest").asText()) : Optional.empty());
    }

    private static SortedMap<Integer, Long> phaseStarts(JsonNode json) {
        SortedMap<Integer, Long> starts = new TreeMap<>();
        json.path("phaseStarts")
                .properties()
                .forEach(start -> starts.put(
                        Integer.valueOf(start.getKey()), start.getValue().asLong()));
        int furthest = json.path("furthestPhase").asInt(NO_PHASE);
        if (furthest > NO_PHASE) {
            starts.putIfAbsent(furthest, 0L);
        }
        return starts;
    }

    /** Returns this state as that of a run that has read none of its own batches. */
    TrainerState atBeginning(Weights ofRun) {
        return new TrainerState(0, phaseStarts, step, ofRun, Optional.empty());
    }

    /** Returns whether a manifest is the one that the last step was trained on. */
    boolean wasTrainedOn(Batch batch) {
        return step.isPresent()
                && batch.getBatch() == step.get().getBatch()
                && batch.getGroups().size() == step.get().getGroups()
                && batchDigest.map(digestOf(batch)::equals).orElse(true);
    }

    /** Returns the SHA-256 of a manifest's number and of its groups' ids, places and sizes. */
    static String digestOf(Batch batch) {
        Sha256 digest = new Sha256().add(batch.getBatch());
        for (BatchGroup group : batch.getGroups()) {
            digest.addWithLength(group.getGroupId())
                    .add(group.getGroup().getPartition())
                    .add(group.getGroup().getOffset())
                    .add(group.getCompletionTokens());
        }
        return digest.hex();
    }

    private static JsonNode encode(SpecificRecord value) {
        return encode(value, value.getSchema(), SpecificData.getForClass(value.getClass()));
    }

    private static JsonNode encode(Object value, Schema schema, SpecificData types) {
        try {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            Encoder encoder = EncoderFactory.get().jsonEncoder(schema, text);
            new SpecificDatumWriter<>(schema, types).write(value, encoder);
            encoder.flush();
            return JSON.readTree(text.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("A value of " + schema + " cannot be written to a checkpoint", e);
        }
    }

    private static <V extends SpecificRecord> V decode(JsonNode json, Class<V> type) {
        Schema schema = SpecificData.get().getSchema(type);
        try {
            return new SpecificDatumReader<V>(schema, schema, SpecificData.getForClass(type))
                    .read(
                            null,
                            DecoderFactory.get()
                                    .jsonDecoder(schema, resolved(json, schema).toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "A checkpoint has no valid " + schema.getFullName()
                            + "; another version of this program may have written it",
                    e);
        }
    }

    /**
     * Returns the JSON of a record of another release with this release's fields: those that it lacks have their defaults,
     * and those that are not known are left out, as when such a record is read from the log.
     */
    private static JsonNode resolved(JsonNode json, Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> {
                ObjectNode fields = JSON.createObjectNode();
                for (Schema.Field field : schema.getFields()) {
                    if (json.has(field.name())) {
                        fields.set(field.name(), resolved(json.path(field.name()), field.schema()));
                    } else if (field.hasDefaultValue()) {
                        Object value = SpecificData.get().getDefaultValue(field);
                        fields.set(field.name(), encode(value, field.schema(), SpecificData.get()));
                    }
                }
                yield fields;
            }
            case ARRAY -> {
                ArrayNode elements = JSON.createArrayNode();
                json.forEach(element -> elements.add(resolved(element, schema.getElementType())));
                yield elements;
            }
            case UNION -> {
                ObjectNode branch = JSON.createObjectNode();
                for (Schema type : schema.getTypes()) {
                    if (json.has(type.getFullName())) {
                        branch.set(type.getFullName(), resolved(json.path(type.getFullName()), type));
                    }
                }
                yield json.isObject() ? branch : json;
            }
            default -> json;
        };
    }
}
