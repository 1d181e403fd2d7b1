package dev.longstream.questions;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.longstream.questions.parquet.ParquetRows;
import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The records of a file, one after another, as JSON: lines, the members of one list, one object that is the whole file, the rows of
 * a table with a header, or those of Parquet; all but the last compressed by gzip or not. Which it is follows from the bytes. Lines of JSON end at {@code \n} only: the other
 * line breaks Unicode knows are legal inside JSON strings.
 */
final class FileRecords {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final byte[] PARQUET = {'P', 'A', 'R', '1'};
    /** Blanks looked through, at most, for the first character that says what the file is. */
    private static final int LOOKAHEAD = 1 << 16;

    private FileRecords() {}

    /** What becomes of the records. Both say whether to read on. */
    interface RecordReader {
        /** @param line of a list or of Parquet, the place in it; from 1 */
        boolean record(long line, JsonNode record);

        boolean broken(long line, String reason);
    }

    /**
     * Reads the whole file, or until the reader has enough.
     *
     * @throws IOException when the file cannot be opened or read; content that is not as expected is {@link RecordReader#broken} instead
     */
    static void read(Path file, RecordReader reader) throws IOException {
        @Nullable JsonNode whole = null;
        try (InputStream bytes = open(file)) {
            int first = first(bytes);
            if (first == '[') {
                readList(bytes, reader);
                return;
            }
            if (first == 'P' && isParquet(bytes)) {
                ParquetRows.read(file, reader::record);
                return;
            }
            if (first != '{' && CsvRecords.isTable(bytes)) {
                CsvRecords.read(bytes, reader);
                return;
            }
            if (first == '{' && breaksOff(firstLine(bytes))) {
                whole = wholeObject(bytes);
            }
        }
        if (whole != null) {
            reader.record(1, whole);
            return;
        }
        try (InputStream bytes = open(file)) {
            readLines(bytes, reader);
        }
    }

    private static boolean isParquet(InputStream bytes) throws IOException {
        bytes.mark(PARQUET.length);
        boolean parquet = Arrays.equals(bytes.readNBytes(PARQUET.length), PARQUET);
        bytes.reset();
        return parquet;
    }

    /** The beginning of the first line, as far as one looks ahead. */
    private static byte[] firstLine(InputStream bytes) throws IOException {
        bytes.mark(LOOKAHEAD);
        var line = new ByteArrayOutputStream();
        for (int next = bytes.read(); next >= 0 && next != '\n' && line.size() < LOOKAHEAD - 1; next = bytes.read()) {
            line.write(next);
        }
        bytes.reset();
        return line.toByteArray();
    }

    /** Whether a line is the beginning of an object that goes on in the next one. A line too long to be looked at is none. */
    private static boolean breaksOff(byte[] line) throws IOException {
        if (line.length >= LOOKAHEAD - 1) {
            return false;
        }
        try {
            JSON.readTree(line);
            return false;
        } catch (JsonEOFException e) {
            return true;
        } catch (JsonProcessingException | CharConversionException e) {
            return false;
        }
    }

    /** The file as one object; null if it is none. */
    private static @Nullable JsonNode wholeObject(InputStream bytes) throws IOException {
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException | CharConversionException e) {
            return null; // lines of JSON, the first of which is broken
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

    private static void readList(InputStream bytes, RecordReader reader) throws IOException {
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

    private static void readLines(InputStream bytes, RecordReader reader) throws IOException {
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

    private static boolean readLine(long number, byte[] line, RecordReader reader) throws IOException {
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
