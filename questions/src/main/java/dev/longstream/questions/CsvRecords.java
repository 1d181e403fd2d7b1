package dev.longstream.questions;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;

/** Reads a table with a header, separated by commas or tabs, as one JSON object a row: column name to text. */
final class CsvRecords {
    private static final int LOOKAHEAD = 1 << 16;
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private CsvRecords() {}

    /** Tells whether the first line can be a header: at least two names separated by commas or tabs, and not JSON. */
    static boolean isTable(InputStream bytes) throws IOException {
        bytes.mark(LOOKAHEAD);
        String header = firstLine(bytes);
        bytes.reset();
        return header.indexOf(delimiter(header)) >= 0 && header.indexOf('{') < 0;
    }

    /**
     * Passes every row to {@code reader}. A row's line number is where the row begins; the header is line 1.
     *
     * @param bytes the table, from its header on
     */
    static void read(InputStream bytes, FileRecords.RecordReader reader) throws IOException {
        bytes.mark(LOOKAHEAD);
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setDelimiter(delimiter(firstLine(bytes)))
                .setHeader()
                .setSkipHeaderRecord(true)
                .setAllowMissingColumnNames(true)
                .setDuplicateHeaderMode(DuplicateHeaderMode.ALLOW_ALL)
                .get();
        bytes.reset();
        long line = 1;
        try (CSVParser rows =
                CSVParser.parse(new InputStreamReader(new Utf8Stream(bytes), StandardCharsets.UTF_8), format)) {
            List<String> names = rows.getHeaderNames();
            line = rows.getCurrentLineNumber() + 1;
            Iterator<CSVRecord> each = rows.iterator();
            while (each.hasNext()) {
                CSVRecord row = each.next();
                boolean more = row.size() > names.size()
                        ? reader.broken(line, row.size() + " cells, the header has " + names.size())
                        : reader.record(line, object(names, row));
                if (!more) {
                    return;
                }
                line = rows.getCurrentLineNumber() + 1;
            }
        } catch (CharConversionException e) {
            reader.broken(Math.max(1, line), "not UTF-8: " + e.getMessage() + "; nothing after it is read");
        } catch (UncheckedIOException e) {
            boolean undecodable = e.getCause() instanceof CharConversionException;
            String reason = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            reader.broken(
                    Math.max(1, line),
                    (undecodable ? "not UTF-8: " : "the table breaks off: ") + reason + "; nothing after it is read");
        }
    }

    private static ObjectNode object(List<String> names, CSVRecord row) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int column = 0; column < row.size(); column++) {
            object.put(names.get(column).replace(BYTE_ORDER_MARK, "").strip(), row.get(column));
        }
        return object;
    }

    private static char delimiter(String header) {
        return header.indexOf('\t') >= 0 ? '\t' : ',';
    }

    private static String firstLine(InputStream bytes) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = bytes.read(); next >= 0 && next != '\n' && line.size() < LOOKAHEAD - 1; next = bytes.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
