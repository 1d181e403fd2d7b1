package dev.longstream.questions.parquet;

import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Converts a footer's schema, a tree in depth-first order, to a message type. Of the annotations it keeps lists and
 * decimals, which change a value's JSON.
 */
final class ParquetSchema {
    private ParquetSchema() {}

    static MessageType of(List<SchemaElement> elements) throws IOException {
        try {
            Iterator<SchemaElement> rest = elements.iterator();
            SchemaElement root = rest.next();
            return new MessageType(root.getName(), children(root, rest));
        } catch (NoSuchElementException | IllegalArgumentException e) {
            throw new IOException("its schema is broken: " + e.getMessage(), e);
        }
    }

    private static List<Type> children(SchemaElement parent, Iterator<SchemaElement> rest) {
        List<Type> children = new ArrayList<>();
        for (int i = 0; i < parent.getNum_children(); i++) {
            children.add(next(rest));
        }
        return children;
    }

    private static Type next(Iterator<SchemaElement> rest) {
        SchemaElement element = rest.next();
        Repetition repetition = Repetition.valueOf(element.getRepetition_type().name());
        if (!element.isSetType()) {
            return Types.buildGroup(repetition)
                    .addFields(children(element, rest).toArray(Type[]::new))
                    .as(isList(element) ? LogicalTypeAnnotation.listType() : null)
                    .named(element.getName());
        }
        return Types.primitive(PrimitiveTypeName.valueOf(name(element)), repetition)
                .length(element.getType_length())
                .as(
                        isDecimal(element)
                                ? LogicalTypeAnnotation.decimalType(element.getScale(), element.getPrecision())
                                : null)
                .named(element.getName());
    }

    /** Returns the library's name of a type; one type has two names. */
    private static String name(SchemaElement element) {
        return element.getType() == org.apache.parquet.format.Type.BYTE_ARRAY
                ? PrimitiveTypeName.BINARY.name()
                : element.getType().name();
    }

    private static boolean isList(SchemaElement element) {
        return element.getConverted_type() == ConvertedType.LIST
                || (element.isSetLogicalType() && element.getLogicalType().isSetLIST());
    }

    private static boolean isDecimal(SchemaElement element) {
        return element.getConverted_type() == ConvertedType.DECIMAL
                || (element.isSetLogicalType() && element.getLogicalType().isSetDECIMAL());
    }
}
