package dev.longstream.exports.tables;

import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A Parquet file. One row group is in memory at a time, so that the heap does not grow with the file. */
final class ParquetFile implements RowFile {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int FORMAT_VERSION = 1;
    /** Size at which a row group is written, in bytes of encoded columns. */
    private static final long ROW_GROUP_BYTES = 32L << 20;

    private static final ParquetProperties PROPERTIES = ParquetProperties.builder()
            .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
            .build();

    private final Schema schema;
    private final MessageType columns;
    private final PartialFile file;
    private final List<RowGroup> rowGroups = new ArrayList<>();
    private RowGroupRows open;
    private long position = MAGIC.length;
    private long rows;

    ParquetFile(Path path, Schema schema) {
        this.schema = schema;
        this.columns = AvroColumns.of(schema);
        this.file = new PartialFile(path);
        this.open = new RowGroupRows();
        file.write(MAGIC);
    }

    /** Rows of the row group that is being filled. */
    private final class RowGroupRows {
        private final Map<ColumnDescriptor, ColumnChunkWriter> chunks = new LinkedHashMap<>();
        private final ColumnWriteStore store;
        private final RecordConsumer consumer;
        private final RowConsumer values;
        private long count;

        RowGroupRows() {
            columns.getColumns().forEach(column -> chunks.put(column, new ColumnChunkWriter(column)));
            store = PROPERTIES.newColumnWriteStore(columns, chunks::get);
            consumer = new ColumnIOFactory().getColumnIO(columns).getRecordWriter(store);
            values = new RowConsumer(consumer);
        }

        void add(IndexedRecord row) {
            values.write(row, schema);
            count++;
        }

        boolean isFull() {
            return store.getBufferedSize() >= ROW_GROUP_BYTES;
        }

        /** Writes the columns, one after the other. */
        void write() {
            consumer.flush();
            store.flush();
            List<ColumnChunk> entries = new ArrayList<>();
            long begin = position;
            for (ColumnChunkWriter chunk : chunks.values()) {
                entries.add(new ColumnChunk(position).setMeta_data(chunk.metaData(position)));
                chunk.writeTo(file);
                position += chunk.size();
            }
            rowGroups.add(new RowGroup(entries, position - begin, count));
            store.close();
        }
    }

    @Override
    public void write(IndexedRecord row) {
        open.add(row);
        rows++;
        if (open.isFull()) {
            open.write();
            open = new RowGroupRows();
        }
    }

    @Override
    public void publish() {
        if (open.count > 0) {
            open.write();
        }
        ByteArrayOutputStream footer = new ByteArrayOutputStream();
        FileMetaData metaData = new FileMetaData(FORMAT_VERSION, FooterSchema.of(columns), rows, rowGroups);
        try {
            Util.writeFileMetaData(metaData.setCreated_by("longstream"), footer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        file.write(footer.toByteArray());
        file.write(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(footer.size())
                .array());
        file.write(MAGIC);
        file.publish();
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public void close() {
        file.close();
    }
}
