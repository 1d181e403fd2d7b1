package dev.longstream.producers.prompts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The JSON records of a file, one after another: lines, or the members of one list; compressed by gzip or not. Which it is follows from
 * the bytes. Lines end at {@code \n} only: the other line breaks Unicode knows are legal inside JSON strings.
 */
final class JsonRecords {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    /** Blanks looked through, at most, for the first character that says what the file is. */
    private static final int LOOKAHEAD = 1 << 16;

    private JsonRecords() {}

    /** What becomes of the records. Both say whether to read on. */
    interface Reader {
        /** @param line of a list, the place in it; from 1 */
        boolean record(long line, JsonNode record);

        boolean broken(long line, String reason);
    }

    /**
     * Reads the whole file, or until the reader has enough.
     *
     * @throws IOException when the file cannot be opened or read; content that is not as expected is {@link Reader#broken} instead
     */
    static void read(Path file, Reader reader) throws IOException {
        try (InputStream bytes = open(file)) {
            if (first(bytes) == '[') {
                readList(bytes, reader);
            } else {
                readLines(bytes, reader);
            }
        }
    }

    private static InputStream open(Path file) throws IOException {
        var bytes = new BufferedInputStream(Files.newInputStream(file));
        bytes.mark(2);
        boolean gzip = bytes.read() == 0x1f && bytes.read() == 0x8b;
        bytes.reset();
        return gzip ? new BufferedInputStream(new GZIPInputStream(bytes)) : bytes;
    }

    private static int first(InputStream bytes) throws IOException {
        bytes.mark(LOOKAHEAD);
        int first = -1;
        for (int i = 0; i < LOOKAHEAD; i++) {
            first = bytes.read();
            boolean byteOrderMark = i < 3 && (first == 0xEF || first == 0xBB || first == 0xBF);
            if (first < 0 || !byteOrderMark && !isBlank((byte) first)) {
                break;
            }
        }
        bytes.reset();
        return first;
    }

    private static void readList(InputStream bytes, Reader reader) throws IOException {
        long place = 0;
        try (JsonParser parser = JSON.getFactory().createParser(bytes)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                place++;
                JsonNode record = JSON.reader()
                        .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .readTree(parser);
                if (!reader.record(place, record)) {
                    return;
                }
            }
            if (parser.nextToken() != null) {
                reader.broken(place, "more follows the end of the list; it is not read");
            }
        } catch (JsonProcessingException | EOFException | ZipException e) {
            reader.broken(Math.max(place, 1), "the list breaks off here, and nothing after it is read: " + reason(e));
        }
    }

    private static void readLines(InputStream bytes, Reader reader) throws IOException {
        long number = 0;
        var line = new ByteArrayOutputStream();
        try {
            boolean more = true;
            while (more) {
                number++;
                line.reset();
                more = readLine(bytes, line);
                if (!isBlank(line.toByteArray()) && !readLine(number, line.toByteArray(), reader)) {
                    return;
                }
            }
        } catch (EOFException | ZipException e) {
            reader.broken(number, "the file breaks off in this line: " + reason(e));
        }
    }

    private static boolean readLine(long number, byte[] line, Reader reader) throws IOException {
        JsonNode record;
        try {
            record = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return reader.broken(number, "not JSON: " + reason(e));
        } catch (CharConversionException e) {
            return reader.broken(number, "not UTF-8: " + reason(e));
        }
        return reader.record(number, record);
    }

    /** Appends bytes up to the next line's end; false at the end of the file. */
    private static boolean readLine(InputStream bytes, ByteArrayOutputStream line) throws IOException {
        for (int next = bytes.read(); next != '\n'; next = bytes.read()) {
            if (next < 0) {
                return false;
            }
            line.write(next);
        }
        return true;
    }

    private static boolean isBlank(byte[] line) {
        for (byte one : line) {
            if (!isBlank(one)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(byte one) {
        return one == ' ' || one == '\t' || one == '\r' || one == '\n';
    }

    private static String reason(IOException e) {
        if (e instanceof JsonProcessingException json) {
            String column = json.getLocation() == null
                    ? ""
                    : " at column " + json.getLocation().getColumnNr();
            return json.getOriginalMessage().lines().findFirst().orElse("unreadable") + column;
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
