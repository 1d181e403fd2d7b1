package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;

/**
 * Parses a Python literal (lists, dictionaries, strings, numbers, None, True, False) into JSON. One instance parses one
 * text.
 */
final class PythonLiteral {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final String text;
    private int at;

    private PythonLiteral(String text) {
        this.text = text;
    }

    /** Parses {@code text}, which must be exactly one Python literal. */
    static JsonNode read(String text) throws RefusedException {
        PythonLiteral reader = new PythonLiteral(text);
        JsonNode value = reader.value();
        reader.blanks();
        if (reader.at < text.length()) {
            throw reader.expected("nothing more");
        }
        return value;
    }

    private JsonNode value() throws RefusedException {
        blanks();
        char next = peek();
        if (next == '[') {
            return list();
        }
        if (next == '{') {
            return dictionary();
        }
        if (next == '\'' || next == '"') {
            return NODES.textNode(string());
        }
        int from = at;
        while (at < text.length() && (Character.isLetterOrDigit(peek()) || "+-._".indexOf(peek()) >= 0)) {
            at++;
        }
        return word(text.substring(from, at));
    }

    private JsonNode word(String word) throws RefusedException {
        return switch (word) {
            case "None" -> NODES.nullNode();
            case "True" -> NODES.booleanNode(true);
            case "False" -> NODES.booleanNode(false);
            default -> {
                if (!word.matches("[-+]?[0-9]+(\\.[0-9]+)?")) {
                    throw expected("a list, a dictionary, a string, a number, None, True or False");
                }
                yield NODES.numberNode(new BigDecimal(word));
            }
        };
    }

    private ArrayNode list() throws RefusedException {
        ArrayNode list = NODES.arrayNode();
        at++;
        for (blanks(); peek() != ']'; blanks()) {
            list.add(value());
            comma(']');
        }
        at++;
        return list;
    }

    private ObjectNode dictionary() throws RefusedException {
        ObjectNode dictionary = NODES.objectNode();
        at++;
        for (blanks(); peek() != '}'; blanks()) {
            String key = string();
            blanks();
            if (peek() != ':') {
                throw expected("':'");
            }
            at++;
            dictionary.set(key, value());
            comma('}');
        }
        at++;
        return dictionary;
    }

    private void comma(char end) throws RefusedException {
        blanks();
        if (peek() == ',') {
            at++;
        } else if (peek() != end) {
            throw expected("',' or '" + end + "'");
        }
    }

    private String string() throws RefusedException {
        char quote = peek();
        if (quote != '\'' && quote != '"') {
            throw expected("a string");
        }
        at++;
        StringBuilder read = new StringBuilder();
        for (; peek() != quote; at++) {
            if (peek() == '\\') {
                at++;
                escaped(read);
            } else {
                read.append(peek());
            }
        }
        at++;
        return read.toString();
    }

    /** Reads an escape. Begins at the character after the backslash and ends at the last one of the escape. */
    private void escaped(StringBuilder read) throws RefusedException {
        char next = peek();
        switch (next) {
            case 'n' -> read.append('\n');
            case 't' -> read.append('\t');
            case 'r' -> read.append('\r');
            case '\\', '\'', '"' -> read.append(next);
            case 'x' -> hexadecimal(2, read);
            case 'u' -> hexadecimal(4, read);
            case 'U' -> hexadecimal(8, read);
            default -> read.append('\\').append(next); // Python keeps an unknown escape
        }
    }

    private void hexadecimal(int digits, StringBuilder read) throws RefusedException {
        try {
            read.appendCodePoint(Integer.parseInt(text.substring(at + 1, at + 1 + digits), 16));
            at += digits;
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw expected(digits + " hexadecimal digits of a character");
        }
    }

    private char peek() throws RefusedException {
        if (at >= text.length()) {
            throw expected("more, found the end");
        }
        return text.charAt(at);
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private RefusedException expected(String what) {
        return new RefusedException("not a Python literal: at character " + at + ", expected " + what);
    }
}
