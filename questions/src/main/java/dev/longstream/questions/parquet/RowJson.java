package dev.longstream.questions.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Converts a row to JSON: structs become objects, lists arrays, bytes text, and absent values null. */
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
        return type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation ? list(inner) : of(inner);
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
