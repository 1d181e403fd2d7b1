package dev.longstream.exports.tables;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;

/** A file of JSON lines. Times are ISO text, bytes are Base64, and a number that JSON cannot express is null. */
final class JsonLinesFile implements RowFile {
    private static final JsonFactory JSON = new JsonFactory();

    private final Schema schema;
    private final PartialFile file;
    private final JsonGenerator json;
    private long rows;

    JsonLinesFile(Path path, Schema schema) {
        this.schema = schema;
        this.file = new PartialFile(path);
        try {
            this.json = JSON.createGenerator(file.stream()).setRootValueSeparator(null);
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        } catch (IOException e) {
            file.close();
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void write(IndexedRecord row) {
        try {
            record(row, schema);
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("A row cannot be written: " + e.getMessage(), e);
        }
        rows++;
    }

    private void record(IndexedRecord record, Schema type) throws IOException {
        json.writeStartObject();
        for (Schema.Field field : type.getFields()) {
            json.writeFieldName(field.name());
            value(record.get(field.pos()), field.schema());
        }
        json.writeEndObject();
    }

    private void value(@Nullable Object value, Schema type) throws IOException {
        if (value == null) {
            json.writeNull();
            return;
        }
        switch (type.getType()) {
            case UNION -> value(value, AvroColumns.branch(type));
            case RECORD -> record((IndexedRecord) value, type);
            case ARRAY -> {
                json.writeStartArray();
                for (Object item : (Collection<?>) value) {
                    value(item, type.getElementType());
                }
                json.writeEndArray();
            }
            case MAP -> {
                json.writeStartObject();
                for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                    json.writeFieldName(String.valueOf(entry.getKey()));
                    value(entry.getValue(), type.getValueType());
                }
                json.writeEndObject();
            }
            case FLOAT, DOUBLE -> number((Number) value);
            case INT -> json.writeNumber(((Number) value).intValue());
            case LONG -> {
                if (value instanceof Instant time) {
                    json.writeString(time.toString());
                } else {
                    json.writeNumber(((Number) value).longValue());
                }
            }
            case BOOLEAN -> json.writeBoolean((Boolean) value);
            case BYTES -> json.writeBinary(AvroColumns.bytes((ByteBuffer) value));
            default -> json.writeString(Objects.toString(value));
        }
    }

    private void number(Number value) throws IOException {
        if (!Double.isFinite(value.doubleValue())) {
            json.writeNull();
        } else if (value instanceof Float single) {
            json.writeNumber(single);
        } else {
            json.writeNumber(value.doubleValue());
        }
    }

    @Override
    public void publish() {
        try {
            json.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The rows cannot be written: " + e.getMessage(), e);
        }
        file.publish();
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public void close() {
        file.close();
    }
}
