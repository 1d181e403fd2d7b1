package dev.longstream.exports.tables;

import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Passes the values of Avro records to the column writers, in the shape that {@link AvroColumns} gives them. */
final class RowConsumer {
    private final RecordConsumer columns;

    RowConsumer(RecordConsumer columns) {
        this.columns = columns;
    }

    void write(IndexedRecord row, Schema schema) {
        columns.startMessage();
        fields(row, schema);
        columns.endMessage();
    }

    private void fields(IndexedRecord record, Schema schema) {
        for (Schema.Field field : schema.getFields()) {
            Object value = record.get(field.pos());
            if (value != null) {
                field(field.name(), field.pos(), () -> value(value, field.schema()));
            }
        }
    }

    private void field(String name, int index, Runnable value) {
        columns.startField(name, index);
        value.run();
        columns.endField(name, index);
    }

    private void group(Runnable fields) {
        columns.startGroup();
        fields.run();
        columns.endGroup();
    }

    private void value(Object value, Schema schema) {
        switch (schema.getType()) {
            case UNION -> value(value, AvroColumns.branch(schema));
            case RECORD -> group(() -> fields((IndexedRecord) value, schema));
            case ARRAY ->
                list(((Collection<?>) value)
                        .stream()
                                .<Runnable>map(item -> () -> element(item, schema.getElementType()))
                                .toList());
            case MAP ->
                list(((Map<?, ?>) value)
                        .entrySet().stream()
                                .<Runnable>map(entry ->
                                        () -> field(AvroColumns.ELEMENT, 0, () -> pair(entry, schema.getValueType())))
                                .toList());
            case INT -> columns.addInteger(((Number) value).intValue());
            case LONG ->
                columns.addLong(value instanceof Instant time ? time.toEpochMilli() : ((Number) value).longValue());
            case FLOAT -> columns.addFloat(((Number) value).floatValue());
            case DOUBLE -> columns.addDouble(((Number) value).doubleValue());
            case BOOLEAN -> columns.addBoolean((Boolean) value);
            case BYTES -> columns.addBinary(Binary.fromConstantByteArray(AvroColumns.bytes((ByteBuffer) value)));
            default -> text(value);
        }
    }

    /** Writes an item of a list; one that is null is an element without a value. */
    private void element(@Nullable Object item, Schema schema) {
        if (item != null) {
            field(AvroColumns.ELEMENT, 0, () -> value(item, schema));
        }
    }

    private void pair(Map.Entry<?, ?> entry, Schema valueType) {
        group(() -> {
            field("key", 0, () -> text(entry.getKey()));
            field("value", 1, () -> value(Objects.requireNonNull(entry.getValue()), valueType));
        });
    }

    private void text(Object value) {
        columns.addBinary(Binary.fromString(value.toString()));
    }

    private void list(List<Runnable> items) {
        group(() -> {
            if (!items.isEmpty()) {
                field(AvroColumns.LIST, 0, () -> items.forEach(this::group));
            }
        });
    }
}
