package dev.longstream.exports.tables;

import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Converts an Avro record to the columns of Parquet. A map becomes a list of pairs {@code key}, {@code value}: Hugging Face's
 * {@code datasets} reads no maps.
 */
final class AvroColumns {
    static final String LIST = "list";
    static final String ELEMENT = "element";

    private AvroColumns() {}

    static MessageType of(Schema record) {
        return new MessageType(record.getName(), fields(record));
    }

    private static List<Type> fields(Schema record) {
        return record.getFields().stream()
                .map(field -> column(field.schema(), field.name(), Repetition.REQUIRED))
                .toList();
    }

    private static Type column(Schema schema, String name, Repetition repetition) {
        return switch (schema.getType()) {
            case UNION -> column(branch(schema), name, Repetition.OPTIONAL);
            case RECORD ->
                Types.buildGroup(repetition)
                        .addFields(fields(schema).toArray(Type[]::new))
                        .named(name);
            case ARRAY -> list(column(schema.getElementType(), ELEMENT, Repetition.REQUIRED), name, repetition);
            case MAP ->
                list(
                        Types.requiredGroup()
                                .addField(text(Repetition.REQUIRED, "key"))
                                .addField(column(schema.getValueType(), "value", Repetition.REQUIRED))
                                .named(ELEMENT),
                        name,
                        repetition);
            case INT -> Types.primitive(PrimitiveTypeName.INT32, repetition).named(name);
            case LONG ->
                schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
                        ? Types.primitive(PrimitiveTypeName.INT64, repetition)
                                .as(LogicalTypeAnnotation.timestampType(true, LogicalTypeAnnotation.TimeUnit.MILLIS))
                                .named(name)
                        : Types.primitive(PrimitiveTypeName.INT64, repetition).named(name);
            case FLOAT -> Types.primitive(PrimitiveTypeName.FLOAT, repetition).named(name);
            case DOUBLE -> Types.primitive(PrimitiveTypeName.DOUBLE, repetition).named(name);
            case BOOLEAN ->
                Types.primitive(PrimitiveTypeName.BOOLEAN, repetition).named(name);
            case BYTES -> Types.primitive(PrimitiveTypeName.BINARY, repetition).named(name);
            case STRING, ENUM -> text(repetition, name);
            default -> throw new IllegalArgumentException(name + " has the type " + schema + ", which is no column");
        };
    }

    private static Type text(Repetition repetition, String name) {
        return Types.primitive(PrimitiveTypeName.BINARY, repetition)
                .as(LogicalTypeAnnotation.stringType())
                .named(name);
    }

    private static Type list(Type element, String name, Repetition repetition) {
        GroupType items = Types.repeatedGroup().addField(element).named(LIST);
        return Types.buildGroup(repetition)
                .addField(items)
                .as(LogicalTypeAnnotation.listType())
                .named(name);
    }

    /** Returns the type of a union's values that are not null. */
    static Schema branch(Schema union) {
        return union.getTypes().stream()
                .filter(type -> type.getType() != Schema.Type.NULL)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("A union of nothing but null is no column"));
    }

    /** Returns the remaining bytes of a buffer, whose position does not change. */
    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
