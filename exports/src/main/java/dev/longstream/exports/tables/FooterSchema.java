package dev.longstream.exports.tables;

import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.ListType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MilliSeconds;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

import java.util.ArrayList;
import java.util.List;

/** Converts a message type to the schema of a footer, a tree in depth-first order. */
final class FooterSchema {
    private FooterSchema() {}

    static List<SchemaElement> of(MessageType schema) {
        List<SchemaElement> elements = new ArrayList<>();
        elements.add(new SchemaElement(schema.getName()).setNum_children(schema.getFieldCount()));
        addFields(schema, elements);
        return elements;
    }

    private static void addFields(GroupType group, List<SchemaElement> elements) {
        for (Type type : group.getFields()) {
            SchemaElement element = new SchemaElement(type.getName())
                    .setRepetition_type(
                            FieldRepetitionType.valueOf(type.getRepetition().name()));
            elements.add(element);
            annotate(element, type.getLogicalTypeAnnotation());
            if (type.isPrimitive()) {
                element.setType(type(type.asPrimitiveType()));
            } else {
                element.setNum_children(type.asGroupType().getFieldCount());
                addFields(type.asGroupType(), elements);
            }
        }
    }

    /** Sets the annotation in its present and in its older form, for older readers. */
    @SuppressWarnings("NullAway") // most columns have no annotation
    private static void annotate(SchemaElement element, LogicalTypeAnnotation annotation) {
        if (annotation instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation) {
            element.setLogicalType(LogicalType.STRING(new StringType())).setConverted_type(ConvertedType.UTF8);
        } else if (annotation instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation) {
            element.setLogicalType(LogicalType.LIST(new ListType())).setConverted_type(ConvertedType.LIST);
        } else if (annotation instanceof LogicalTypeAnnotation.TimestampLogicalTypeAnnotation) {
            element.setLogicalType(LogicalType.TIMESTAMP(new TimestampType(true, TimeUnit.MILLIS(new MilliSeconds()))))
                    .setConverted_type(ConvertedType.TIMESTAMP_MILLIS);
        }
    }

    /** Returns the format's name of a type; one type has two names. */
    static org.apache.parquet.format.Type type(PrimitiveType type) {
        return type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY
                ? org.apache.parquet.format.Type.BYTE_ARRAY
                : org.apache.parquet.format.Type.valueOf(
                        type.getPrimitiveTypeName().name());
    }
}
