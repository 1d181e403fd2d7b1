package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads fields of a JSON object; a field that is missing or of another type refuses the row. */
final class Fields {
    private static final Pattern BLANKS = Pattern.compile("[\\s\\u00a0]++");
    /** Blanks that a tokenised page leaves in answers: "April 25 , 2018", "Handmaid 's". */
    private static final Pattern BLANK_BEFORE = Pattern.compile(" (?=,|['’]s\\b)");

    private static final int MAX_DIGITS = 100;

    private Fields() {}

    static boolean has(JsonNode object, String... names) {
        for (String name : names) {
            if (!object.has(name)) {
                return false;
            }
        }
        return true;
    }

    /** Returns a field's string, or its number as written. */
    static String text(JsonNode object, String name) throws RefusedException {
        if (!object.hasNonNull(name)) {
            throw new RefusedException("no " + name);
        }
        return text(object.path(name), name, object);
    }

    /** Returns a field's string or number, or all of them if the field is a list. */
    static List<String> texts(JsonNode object, String name) throws RefusedException {
        JsonNode value = object.path(name);
        if (!value.isArray()) {
            return List.of(text(object, name));
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : value) {
            texts.add(text(element, name, object));
        }
        return texts;
    }

    /** Joins the sentences of a paragraph, which contain their own blanks. */
    static String joined(JsonNode sentences) throws RefusedException {
        StringBuilder joined = new StringBuilder();
        for (JsonNode sentence : sentences) {
            if (!sentence.isTextual()) {
                throw new RefusedException("a paragraph contains " + sentence.getNodeType() + ", expected sentences");
            }
            joined.append(sentence.textValue());
        }
        return joined.toString();
    }

    /** Normalises a gold's blanks: single ones, and none before a comma or a possessive s. */
    static String gold(String text) {
        return BLANK_BEFORE
                .matcher(BLANKS.matcher(text.strip()).replaceAll(" "))
                .replaceAll("");
    }

    static List<String> golds(List<String> texts) {
        return texts.stream().map(Fields::gold).distinct().toList();
    }

    /** Returns the named fields that exist and are single values, by name. */
    static Map<String, String> attributes(JsonNode object, String... names) {
        Map<String, String> attributes = new TreeMap<>();
        for (String name : names) {
            JsonNode value = object.path(name);
            if (value.isValueNode() && !value.isNull() && !value.asText().isEmpty()) {
                attributes.put(name, value.asText());
            }
        }
        return attributes;
    }

    private static String text(JsonNode value, String name, JsonNode object) throws RefusedException {
        if (value.isTextual()) {
            return value.textValue();
        }
        if (value.isIntegralNumber()) {
            return value.asText();
        }
        if (value.isNumber()) {
            BigDecimal number = value.decimalValue();
            if (Math.abs((long) number.scale()) + number.precision() > MAX_DIGITS) {
                throw new RefusedException(name + " is a number of more than " + MAX_DIGITS + " digits");
            }
            return number.toPlainString();
        }
        throw new RefusedException(name + " is " + value.getNodeType()
                + ", expected text or a number, in a record with " + String.join(", ", names(object)));
    }

    static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
