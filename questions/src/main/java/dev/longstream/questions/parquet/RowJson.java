package dev.longstream.questions.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * Converts a row to JSON: structs and maps become objects, lists arrays, dates and times ISO 8601, bytes text, and absent
 * values null.
 */
final class RowJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private RowJson() {}

    static ObjectNode of(Group group) {
        ObjectNode object = JSON.objectNode();
        for (int field = 0; field < group.getType().getFieldCount(); field++) {
            object.set(group.getType().getFieldName(field), field(group, field));
        }
        return object;
    }

    private static JsonNode field(Group group, int field) {
        int count = group.getFieldRepetitionCount(field);
        if (group.getType().getType(field).isRepetition(Repetition.REPEATED)) {
            ArrayNode values = JSON.arrayNode();
            for (int i = 0; i < count; i++) {
                values.add(value(group, field, i));
            }
            return values;
        }
        return count == 0 ? JSON.nullNode() : value(group, field, 0);
    }

    private static JsonNode value(Group group, int field, int i) {
        Type type = group.getType().getType(field);
        if (type.isPrimitive()) {
            return primitive(group, field, i);
        }
        Group inner = group.getGroup(field, i);
        if (type.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation) {
            return map(inner);
        }
        return type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation ? list(inner) : of(inner);
    }

    private static JsonNode map(Group map) {
        ObjectNode object = JSON.objectNode();
        for (int i = 0; i < map.getFieldRepetitionCount(0); i++) {
            Group entry = map.getGroup(0, i);
            object.set(
                    field(entry, 0).asText(), entry.getType().getFieldCount() > 1 ? field(entry, 1) : JSON.nullNode());
        }
        return object;
    }

    private static JsonNode list(Group list) {
        JsonNode repeated = field(list, 0);
        if (!wrapsElements(list.getType())) {
            return repeated;
        }
        ArrayNode elements = JSON.arrayNode();
        repeated.forEach(entry -> elements.add(entry.iterator().next()));
        return elements;
    }

    /**
     * Tells whether a list's repeated field wraps its elements. The format's rule: a repeated struct of one field is a
     * wrapper, unless it has a name that old writers gave to elements.
     */
    private static boolean wrapsElements(GroupType list) {
        Type repeated = list.getType(0);
        return !repeated.isPrimitive()
                && repeated.asGroupType().getFieldCount() == 1
                && !repeated.getName().equals("array")
                && !repeated.getName().equals(list.getName() + "_tuple");
    }

    private static JsonNode primitive(Group group, int field, int i) {
        LogicalTypeAnnotation annotation = group.getType().getType(field).getLogicalTypeAnnotation();
        if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
            return JSON.numberNode(new BigDecimal(unscaled(group, field, i), decimal.getScale()));
        }
        if (annotation instanceof DateLogicalTypeAnnotation) {
            return JSON.textNode(
                    LocalDate.ofEpochDay(group.getInteger(field, i)).toString());
        }
        if (annotation instanceof TimeLogicalTypeAnnotation time) {
            return JSON.textNode(
                    LocalTime.ofNanoOfDay(nanos(unscaled(group, field, i).longValueExact(), time.getUnit()))
                            .toString());
        }
        if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
            return JSON.textNode(timestamp(group.getLong(field, i), timestamp));
        }
        if (annotation instanceof IntLogicalTypeAnnotation integer && !integer.isSigned()) {
            return JSON.numberNode(unsigned(unscaled(group, field, i), integer.getBitWidth()));
        }
        if (annotation instanceof UUIDLogicalTypeAnnotation) {
            ByteBuffer bytes = group.getBinary(field, i).toByteBuffer();
            return JSON.textNode(new UUID(bytes.getLong(), bytes.getLong()).toString());
        }
        return switch (group.getType().getType(field).asPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN -> JSON.booleanNode(group.getBoolean(field, i));
            case INT32 -> JSON.numberNode(group.getInteger(field, i));
            case INT64 -> JSON.numberNode(group.getLong(field, i));
            case FLOAT -> number(Float.toString(group.getFloat(field, i)));
            case DOUBLE -> number(Double.toString(group.getDouble(field, i)));
            case BINARY, FIXED_LEN_BYTE_ARRAY ->
                JSON.textNode(group.getBinary(field, i).toStringUsingUTF8());
            case INT96 -> JSON.textNode(group.getInt96(field, i).toString());
        };
    }

    private static long nanos(long value, TimeUnit unit) {
        return switch (unit) {
            case MILLIS -> Math.multiplyExact(value, 1_000_000L);
            case MICROS -> Math.multiplyExact(value, 1_000L);
            case NANOS -> value;
        };
    }

    /** Returns a point in time, with a Z if the column is in UTC; a time that no zone applies to has none. */
    private static String timestamp(long value, TimestampLogicalTypeAnnotation type) {
        long perSecond =
                switch (type.getUnit()) {
                    case MILLIS -> 1_000L;
                    case MICROS -> 1_000_000L;
                    case NANOS -> 1_000_000_000L;
                };
        Instant instant = Instant.ofEpochSecond(
                Math.floorDiv(value, perSecond), nanos(Math.floorMod(value, perSecond), type.getUnit()));
        return type.isAdjustedToUTC()
                ? instant.toString()
                : LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString();
    }

    private static BigInteger unsigned(BigInteger value, int bits) {
        return value.signum() < 0 ? value.add(BigInteger.ONE.shiftLeft(Math.max(bits, Integer.SIZE))) : value;
    }

    private static BigInteger unscaled(Group group, int field, int i) {
        return switch (group.getType().getType(field).asPrimitiveType().getPrimitiveTypeName()) {
            case INT32 -> BigInteger.valueOf(group.getInteger(field, i));
            case INT64 -> BigInteger.valueOf(group.getLong(field, i));
            default -> new BigInteger(group.getBinary(field, i).getBytes());
        };
    }

    /**
     * Returns a number with its shortest decimal digits; NaN and infinities become text, because JSON has no numbers
     * for them.
     */
    private static JsonNode number(String digits) {
        return Character.isLetter(digits.charAt(digits.length() - 1))
                ? JSON.textNode(digits)
                : JSON.numberNode(new BigDecimal(digits));
    }
}
