package dev.longstream.questions.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.parquet.ParquetRuntimeException;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads the rows of a Parquet file as JSON, one after another. */
public final class ParquetRows {
    private static final byte[] MAGIC = {'P', 'A', 'R', '1'};
    /** Bytes at the end of a file: the footer's length, little-endian, and the magic bytes. */
    private static final int END = Integer.BYTES + MAGIC.length;

    private ParquetRows() {}

    /** Receives rows. */
    @FunctionalInterface
    public interface RowReader {
        /**
         * Receives one row and returns whether to read on.
         *
         * @param row its place in the file, from 1
         */
        boolean row(long row, JsonNode record);
    }

    /**
     * Reads the file to its end, or until the reader returns false.
     *
     * @throws IOException if the file cannot be read or is not valid Parquet; says what was found
     */
    public static void read(Path file, RowReader reader) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            FileMetaData footer = footer(channel);
            MessageType schema = ParquetSchema.of(footer.getSchema());
            MessageColumnIO columns = new ColumnIOFactory(footer.getCreated_by()).getColumnIO(schema);
            long row = 0;
            for (RowGroup rowGroup : footer.getRow_groups()) {
                if (rowGroup.getNum_rows() == 0) {
                    continue; // writers make such groups for tables without rows
                }
                RecordReader<Group> rows = rows(columns, new RowGroupPages(channel, rowGroup), schema, row + 1);
                for (long i = 0; i < rowGroup.getNum_rows(); i++) {
                    row++;
                    if (!reader.row(row, read(rows, row))) {
                        return;
                    }
                }
            }
        }
    }

    /** Creates a reader of one row group, which reads the first page of every column. */
    private static RecordReader<Group> rows(
            MessageColumnIO columns, RowGroupPages pages, MessageType schema, long firstRow) throws IOException {
        try {
            return columns.getRecordReader(pages, new GroupRecordConverter(schema));
        } catch (ParquetRuntimeException | UncheckedIOException e) {
            throw unreadable(firstRow, e);
        }
    }

    private static JsonNode read(RecordReader<Group> rows, long row) throws IOException {
        try {
            return RowJson.of(rows.read());
        } catch (ParquetRuntimeException | UncheckedIOException e) {
            throw unreadable(row, e);
        }
    }

    private static IOException unreadable(long row, RuntimeException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return new IOException("its row " + row + " cannot be read: " + cause.getMessage(), e);
    }

    private static FileMetaData footer(FileChannel channel) throws IOException {
        long size = channel.size();
        byte[] begin = new FileSlice(channel, 0, Math.min(size, MAGIC.length)).readAllBytes();
        byte[] end = new FileSlice(channel, Math.max(0, size - END), size).readAllBytes();
        if (size < MAGIC.length + END
                || !Arrays.equals(begin, MAGIC)
                || !Arrays.equals(Arrays.copyOfRange(end, Integer.BYTES, END), MAGIC)) {
            throw new IOException("the Parquet file breaks off, is encrypted or is inside gzip:"
                    + " expected PAR1 as the first and as the last four bytes");
        }
        long length = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (length <= 0 || length > size - MAGIC.length - END) {
            throw new IOException("the footer's length is " + length + " bytes, expected less than the file's " + size);
        }
        return Util.readFileMetaData(new FileSlice(channel, size - END - length, size - END));
    }
}
