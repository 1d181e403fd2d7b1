package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads demonstrations from files of JSON records (lines or one list, also as .gz) or Parquet rows, in one of two
 * layouts:
 *
 * <pre>
 * {"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}    the last is the answer
 * {"prompt": "…", "answer": "…"}                                  the prompt is one message of the user
 * </pre>
 *
 * <p>A further text {@code source}, e.g. the name of a teacher, is appended to the place in the file.
 */
public final class DemonstrationFiles {
    private DemonstrationFiles() {}

    /**
     * The result of reading files of demonstrations.
     *
     * @param demonstrations demonstrations in the order of files and rows
     * @param refused rows that gave no demonstration, with the reason
     */
    public record DemonstrationsRead(List<WrittenDemonstration> demonstrations, List<RefusedRow> refused) {
        /** Copies the lists. */
        public DemonstrationsRead {
            demonstrations = List.copyOf(demonstrations);
            refused = List.copyOf(refused);
        }
    }

    /**
     * Reads all files and returns their demonstrations, with the rows that gave none.
     *
     * @throws UncheckedIOException if a file cannot be read
     */
    public static DemonstrationsRead read(List<Path> files) {
        List<WrittenDemonstration> demonstrations = new ArrayList<>();
        List<RefusedRow> refused = new ArrayList<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            try {
                FileRecords.read(file, new FileRecords.RecordReader() {
                    @Override
                    public boolean record(long line, JsonNode record) {
                        try {
                            demonstrations.add(demonstration(record, source(name + ":" + line, record)));
                        } catch (IllegalArgumentException e) {
                            refused.add(new RefusedRow(name, line, String.valueOf(e.getMessage())));
                        }
                        return true;
                    }

                    @Override
                    public boolean broken(long line, String reason) {
                        refused.add(new RefusedRow(name, line, reason));
                        return true;
                    }
                });
            } catch (IOException e) {
                throw new UncheckedIOException("The demonstrations in " + file + " cannot be read: " + e, e);
            }
        }
        return new DemonstrationsRead(demonstrations, refused);
    }

    private static String source(String place, JsonNode record) {
        JsonNode source = record.path("source");
        return source.isTextual() ? place + " (" + source.textValue() + ")" : place;
    }

    private static WrittenDemonstration demonstration(JsonNode record, String source) {
        if (record.has("messages")) {
            return conversation(record.get("messages"), source);
        }
        if (record.has("prompt") && record.has("answer")) {
            return new WrittenDemonstration(
                    List.of(new Turn("user", text(record, "prompt"))), text(record, "answer"), source);
        }
        List<String> keys = new ArrayList<>();
        record.fieldNames().forEachRemaining(keys::add);
        throw new IllegalArgumentException("has the keys " + keys + ", expected 'messages', or 'prompt' and 'answer'");
    }

    private static WrittenDemonstration conversation(JsonNode messages, String source) {
        if (!messages.isArray() || messages.size() < 2) {
            throw new IllegalArgumentException(
                    "messages has " + messages.size() + " elements, expected a list of at least two");
        }
        List<Turn> turns = new ArrayList<>();
        for (JsonNode message : messages) {
            turns.add(new Turn(text(message, "role"), text(message, "content")));
        }
        Turn last = turns.remove(turns.size() - 1);
        if (!last.role().equals("assistant")) {
            throw new IllegalArgumentException("the last message has the role '" + last.role()
                    + "', expected 'assistant': it is the answer to" + " imitate");
        }
        return new WrittenDemonstration(turns, last.content(), source);
    }

    private static String text(JsonNode record, String key) {
        JsonNode value = record.path(key);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw new IllegalArgumentException(key + " is " + value + ", expected a text that is not blank");
        }
        return value.textValue();
    }
}
