package dev.longstream.questions;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.ZstdInputStream;
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
 * Reads the records of a file as JSON, one after another.
 *
 * <p>The bytes decide what the file is: JSON lines, one JSON list, one JSON object, a table with a header, or Parquet;
 * all but Parquet may be compressed by gzip or zstd. JSON lines end at {@code \n} only, because Unicode's other line breaks are
 * legal inside JSON strings.
 */
final class FileRecords {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final byte[] PARQUET = {'P', 'A', 'R', '1'};
    private static final int MAGIC_BYTES = 6;
    /** Maximum of bytes read ahead to find out what the file is. */
    private static final int LOOKAHEAD = 1 << 16;

    private FileRecords() {}

    /** Receives the records of a file. Both methods return whether to read on. */
    interface RecordReader {
        /**
         * Receives one record.
         *
         * @param line its line, or its place in a list or in Parquet; from 1
         */
        boolean record(long line, JsonNode record);

        /** Receives the reason why the record at {@code line} cannot be read. */
        boolean broken(long line, String reason);
    }

    /**
     * Reads the file to its end, or until the reader returns false.
     *
     * @throws IOException if the file cannot be opened or read; unexpected content goes to {@link RecordReader#broken}
     *     instead
     */
    static void read(Path file, RecordReader records) throws IOException {
        RecordReader reader = withoutNulls(records);
        JsonNode whole = null;
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

    /** Removes keys whose value is null, at any depth: columnar files write them for keys that a row does not have. */
    private static RecordReader withoutNulls(RecordReader reader) {
        return new RecordReader() {
            @Override
            public boolean record(long line, JsonNode record) {
                removeNulls(record);
                return reader.record(line, record);
            }

            @Override
            public boolean broken(long line, String reason) {
                return reader.broken(line, reason);
            }
        };
    }

    private static void removeNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
        }
        node.forEach(FileRecords::removeNulls);
    }

    private static boolean isParquet(InputStream bytes) throws IOException {
        bytes.mark(PARQUET.length);
        boolean parquet = Arrays.equals(bytes.readNBytes(PARQUET.length), PARQUET);
        bytes.reset();
        return parquet;
    }

    /** Returns the first line, or its beginning if it is longer than {@link #LOOKAHEAD}. */
    private static byte[] firstLine(InputStream bytes) throws IOException {
        bytes.mark(LOOKAHEAD);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = bytes.read(); next >= 0 && next != '\n' && line.size() < LOOKAHEAD - 1; next = bytes.read()) {
            line.write(next);
        }
        bytes.reset();
        return line.toByteArray();
    }

    /**
     * Tells whether an object begins in this line and ends in a later one; false for a line of {@link #LOOKAHEAD}
     * bytes.
     */
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

    /** Reads the file as one JSON value; null if it is not one. */
    private static @Nullable JsonNode wholeObject(InputStream bytes) throws IOException {
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException | CharConversionException e) {
            return null; // lines of JSON, the first of which is broken
        }
    }

    private static InputStream open(Path file) throws IOException {
        BufferedInputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        bytes.mark(MAGIC_BYTES);
        byte[] begin = bytes.readNBytes(MAGIC_BYTES);
        bytes.reset();
        if (begins(begin, 0x1f, 0x8b)) {
            return new BufferedInputStream(new GZIPInputStream(bytes));
        }
        if (begins(begin, 0x28, 0xb5, 0x2f, 0xfd)) {
            return new BufferedInputStream(new ZstdInputStream(bytes));
        }
        String other = begins(begin, 'B', 'Z', 'h')
                ? "bzip2"
                : begins(begin, 'P', 'K', 3, 4)
                        ? "zip"
                        : begins(begin, 0xfd, '7', 'z', 'X', 'Z')
                                ? "xz"
                                : begins(begin, 0x04, 0x22, 0x4d, 0x18) ? "lz4" : null;
        if (other != null) {
            bytes.close();
            throw new IOException(
                    "it is compressed by " + other + ", expected plain text, gzip or zstd; unpack it first");
        }
        return bytes;
    }

    private static boolean begins(byte[] bytes, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static int first(InputStream bytes) throws IOException {
        bytes.mark(LOOKAHEAD);
        int first = -1;
        for (int i = 0; i < LOOKAHEAD; i++) {
            first = bytes.read();
            boolean byteOrderMark = i < 3 && (first == 0xEF || first == 0xBB || first == 0xBF);
            if (first < 0 || (!byteOrderMark && !isBlank((byte) first))) {
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
                reader.broken(place, "there is text after the end of the list; it is not read");
            }
        } catch (JsonProcessingException | EOFException | ZipException e) {
            reader.broken(Math.max(place, 1), "the list breaks off here; nothing after it is read: " + reason(e));
        }
    }

    private static void readLines(InputStream bytes, RecordReader reader) throws IOException {
        long number = 0;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
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

    /** Appends the bytes of the next line to {@code line}; returns false at the end of the file. */
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
        for (byte next : line) {
            if (!isBlank(next)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(byte next) {
        return next == ' ' || next == '\t' || next == '\r' || next == '\n';
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
