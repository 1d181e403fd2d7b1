package dev.longstream.questions.parquet;

import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Converts a footer's schema, a tree in depth-first order, to a message type with the annotations that change a value's
 * JSON.
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
                    .as(annotation(element))
                    .named(element.getName());
        }
        return Types.primitive(PrimitiveTypeName.valueOf(name(element)), repetition)
                .length(element.getType_length())
                .as(annotation(element))
                .named(element.getName());
    }

    /** Returns the library's name of a type; one type has two names. */
    private static String name(SchemaElement element) {
        return element.getType() == org.apache.parquet.format.Type.BYTE_ARRAY
                ? PrimitiveTypeName.BINARY.name()
                : element.getType().name();
    }

    private static @Nullable LogicalTypeAnnotation annotation(SchemaElement element) {
        return element.isSetLogicalType()
                ? annotation(element.getLogicalType())
                : element.isSetConverted_type() ? annotation(element.getConverted_type(), element) : null;
    }

    private static @Nullable LogicalTypeAnnotation annotation(LogicalType type) {
        if (type.isSetLIST()) {
            return LogicalTypeAnnotation.listType();
        }
        if (type.isSetMAP()) {
            return LogicalTypeAnnotation.mapType();
        }
        if (type.isSetDECIMAL()) {
            return LogicalTypeAnnotation.decimalType(
                    type.getDECIMAL().getScale(), type.getDECIMAL().getPrecision());
        }
        if (type.isSetDATE()) {
            return LogicalTypeAnnotation.dateType();
        }
        if (type.isSetTIME()) {
            return LogicalTypeAnnotation.timeType(
                    type.getTIME().isIsAdjustedToUTC(), unit(type.getTIME().getUnit()));
        }
        if (type.isSetTIMESTAMP()) {
            return LogicalTypeAnnotation.timestampType(
                    type.getTIMESTAMP().isIsAdjustedToUTC(),
                    unit(type.getTIMESTAMP().getUnit()));
        }
        if (type.isSetINTEGER()) {
            return LogicalTypeAnnotation.intType(
                    type.getINTEGER().getBitWidth(), type.getINTEGER().isIsSigned());
        }
        return type.isSetUUID() ? LogicalTypeAnnotation.uuidType() : null;
    }

    private static LogicalTypeAnnotation.TimeUnit unit(TimeUnit unit) {
        return unit.isSetMILLIS()
                ? LogicalTypeAnnotation.TimeUnit.MILLIS
                : unit.isSetMICROS() ? LogicalTypeAnnotation.TimeUnit.MICROS : LogicalTypeAnnotation.TimeUnit.NANOS;
    }

    /** Returns the annotation of files from before the logical types. */
    private static @Nullable LogicalTypeAnnotation annotation(ConvertedType type, SchemaElement element) {
        return switch (type) {
            case LIST -> LogicalTypeAnnotation.listType();
            case MAP -> LogicalTypeAnnotation.mapType();
            case DECIMAL -> LogicalTypeAnnotation.decimalType(element.getScale(), element.getPrecision());
            case DATE -> LogicalTypeAnnotation.dateType();
            case TIME_MILLIS -> LogicalTypeAnnotation.timeType(true, LogicalTypeAnnotation.TimeUnit.MILLIS);
            case TIME_MICROS -> LogicalTypeAnnotation.timeType(true, LogicalTypeAnnotation.TimeUnit.MICROS);
            case TIMESTAMP_MILLIS -> LogicalTypeAnnotation.timestampType(true, LogicalTypeAnnotation.TimeUnit.MILLIS);
            case TIMESTAMP_MICROS -> LogicalTypeAnnotation.timestampType(true, LogicalTypeAnnotation.TimeUnit.MICROS);
            case UINT_8 -> LogicalTypeAnnotation.intType(8, false);
            case UINT_16 -> LogicalTypeAnnotation.intType(16, false);
            case UINT_32 -> LogicalTypeAnnotation.intType(32, false);
            case UINT_64 -> LogicalTypeAnnotation.intType(64, false);
            default -> null;
        };
    }
}
