package dev.longstream.policy.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.PolicyFolderException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message in the safetensors format: vectors of int32 and float32 by name, and one JSON object in the metadata. It is held in
 * memory; {@link SafeTensors} reads and writes files. Not thread-safe.
 */
public final class TensorMessage {
    private static final String KEY = "longstream";
    private static final String METADATA = "__metadata__";

    private final ObjectNode fields;
    private final Map<String, int[]> ints = new LinkedHashMap<>();
    private final Map<String, float[]> floats = new LinkedHashMap<>();

    /** Creates an empty message. */
    public TensorMessage() {
        this(Json.MAPPER.createObjectNode());
    }

    private TensorMessage(ObjectNode fields) {
        this.fields = fields;
    }

    /** Returns the JSON object, which can be changed. */
    public ObjectNode fields() {
        return fields;
    }

    /** Adds a vector of int32. */
    public TensorMessage put(String name, int[] values) {
        ints.put(name, values);
        return this;
    }

    /** Adds a vector of float32. */
    public TensorMessage put(String name, float[] values) {
        floats.put(name, values);
        return this;
    }

    /** Returns whether the message has a vector of float32 of this name. */
    public boolean hasFloats(String name) {
        return floats.containsKey(name);
    }

    /**
     * Returns a vector of int32.
     *
     * @throws PolicyFolderException if the message has none of this name
     */
    public int[] ints(String name) {
        int[] values = ints.get(name);
        if (values == null) {
            throw damaged("has no vector " + name + " of I32, but " + ints.keySet(), null);
        }
        return values;
    }

    /**
     * Returns a vector of float32.
     *
     * @throws PolicyFolderException if the message has none of this name and size
     */
    public float[] floats(String name, int size) {
        float[] values = floats.get(name);
        if (values == null || values.length != size) {
            throw damaged(
                    "has " + (values == null ? "no" : values.length + " values in the") + " vector " + name
                            + " of F32, expected " + size + " values",
                    null);
        }
        return values;
    }

    /** Returns the message in the safetensors format. */
    public byte[] toBytes() {
        ObjectNode header = Json.MAPPER.createObjectNode();
        header.putObject(METADATA).put(KEY, fields.toString());
        long end = 0;
        for (Map.Entry<String, int[]> entry : ints.entrySet()) {
            end = describe(header, entry.getKey(), DType.I32, entry.getValue().length, end);
        }
        for (Map.Entry<String, float[]> entry : floats.entrySet()) {
            end = describe(header, entry.getKey(), DType.F32, entry.getValue().length, end);
        }
        byte[] json = jsonBytes(header);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(8 + padded + end)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(padded).put(json);
        while (bytes.position() < 8 + padded) {
            bytes.put((byte) ' ');
        }
        ints.values().forEach(values -> {
            bytes.asIntBuffer().put(values);
            bytes.position(bytes.position() + values.length * Integer.BYTES);
        });
        floats.values().forEach(values -> {
            bytes.asFloatBuffer().put(values);
            bytes.position(bytes.position() + values.length * Float.BYTES);
        });
        return bytes.array();
    }

    private static long describe(ObjectNode header, String name, DType type, int size, long begin) {
        long end = begin + (long) size * type.bytes();
        ObjectNode entry = header.putObject(name).put("dtype", type.name());
        entry.putArray("shape").add(size);
        entry.putArray("data_offsets").add(begin).add(end);
        return end;
    }

    private static byte[] jsonBytes(ObjectNode json) {
        try {
            return Json.MAPPER.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a message.
     *
     * @throws PolicyFolderException if the bytes are no message in this format
     */
    public static TensorMessage parse(byte[] content) {
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        long headerSize = content.length < 8 ? -1 : bytes.getLong(0);
        if (headerSize < 2 || headerSize > content.length - 8) {
            throw damaged("has " + content.length + " bytes and no header of safetensors", null);
        }
        byte[] header = new byte[(int) headerSize];
        bytes.get(8, header);
        ObjectNode entries = Json.readObject("The message's header", header);
        JsonNode json = entries.path(METADATA).path(KEY);
        TensorMessage message = new TensorMessage(
                Json.readObject("The message's metadata", json.asText().getBytes(StandardCharsets.UTF_8)));
        try {
            int data = 8 + (int) headerSize;
            for (Map.Entry<String, JsonNode> entry : entries.properties()) {
                if (!entry.getKey().equals(METADATA)) {
                    message.read(
                            entry.getKey(),
                            entry.getValue(),
                            bytes.position(data).slice().order(ByteOrder.LITTLE_ENDIAN));
                }
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw damaged("has vectors that do not fit into it: " + e, e);
        }
        return message;
    }

    private void read(String name, JsonNode entry, ByteBuffer data) {
        int begin = entry.path("data_offsets").path(0).asInt(-1);
        int end = entry.path("data_offsets").path(1).asInt(-1);
        ByteBuffer values = data.slice(begin, end - begin).order(ByteOrder.LITTLE_ENDIAN);
        String type = entry.path("dtype").asText();
        int size = (end - begin) / Float.BYTES;
        if (entry.path("shape").size() != 1 || entry.path("shape").path(0).asInt(-1) != size) {
            throw damaged(
                    "has a vector " + name + " of shape " + entry.path("shape") + ", expected one dimension", null);
        }
        if (type.equals(DType.I32.name())) {
            int[] read = new int[size];
            values.asIntBuffer().get(read);
            ints.put(name, read);
        } else if (type.equals(DType.F32.name())) {
            float[] read = new float[size];
            values.asFloatBuffer().get(read);
            floats.put(name, read);
        } else {
            throw damaged("has a vector " + name + " of " + type + ", expected I32 or F32", null);
        }
    }

    private static PolicyFolderException damaged(String problem, @Nullable Throwable cause) {
        return new PolicyFolderException("The message", problem, cause);
    }
}
