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

/** JSON files of a folder: read as objects, written the way Python's {@code json.dumps(indent=2)} would, so that differences stay readable. */
public final class Json {
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** The object a file holds. */
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

    /** The object that {@code text} holds; {@code what} names it in errors. */
    public static ObjectNode readObject(String what, byte[] text) {
        try {
            return object(what, MAPPER.readTree(text));
        } catch (JsonProcessingException e) {
            throw notJson(what, e);
        } catch (IOException e) {
            throw new PolicyFolderException(what, "cannot be read: " + e, e);
        }
    }

    /** An array's elements; none of anything else. */
    public static List<JsonNode> elements(JsonNode node) {
        List<JsonNode> elements = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(elements::add);
        }
        return elements;
    }

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
        throw new PolicyFolderException(what, "holds a JSON " + root.getNodeType() + ", expected an object", null);
    }

    private static PolicyFolderException notJson(String what, JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return new PolicyFolderException(what, "is not JSON" + where + ": " + e.getOriginalMessage(), e);
    }
}
