package dev.longstream.policy.file;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads JSON objects from files, and writes them in the layout of Python's {@code json.dumps(indent=2)}, so that
 * changes to a published file stay small.
 */
public final class Json {
    /** Mapper of all JSON files of a folder. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** Reads a file that contains one JSON object. */
    public static ObjectNode readObject(Path file) {
        try {
            return object(file.toString(), MAPPER.readTree(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            throw new PolicyFolderException(file.toString(), "no such file", e);
        } catch (JsonProcessingException e) {
            throw notJson(file.toString(), e);
        } catch (IOException e) {
            throw new PolicyFolderException(file.toString(), "cannot be read: " + e, e);
        }
    }

    /**
     * Parses one JSON object.
     *
     * @param what name of the text in errors
     * @param text UTF-8
     */
    public static ObjectNode readObject(String what, byte[] text) {
        try {
            return object(what, MAPPER.readTree(text));
        } catch (JsonProcessingException e) {
            throw notJson(what, e);
        } catch (IOException e) {
            throw new PolicyFolderException(what, "cannot be read: " + e, e);
        }
    }

    /** Returns the elements of an array; empty for any other node. */
    public static List<JsonNode> elements(JsonNode node) {
        List<JsonNode> elements = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(elements::add);
        }
        return elements;
    }

    /** Writes an object, indented by two blanks. */
    public static void write(Path file, ObjectNode object) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentArraysWith(new DefaultIndenter("  ", "\n"));
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        try {
            Files.writeString(file, MAPPER.writer(printer).writeValueAsString(object) + "\n");
        } catch (IOException e) {
            throw new PolicyFolderException(file.toString(), "cannot be written: " + e, e);
        }
    }

    private static ObjectNode object(String what, JsonNode root) {
        if (root instanceof ObjectNode object) {
            return object;
        }
        throw new PolicyFolderException(what, "contains a JSON " + root.getNodeType() + ", expected an object", null);
    }

    private static PolicyFolderException notJson(String what, JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return new PolicyFolderException(what, "is not JSON" + where + ": " + e.getOriginalMessage(), e);
    }
}
