package dev.longstream.questions.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.RowGroup;

import java.io.BufferedInputStream;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives access to the columns of a row group, with one page of each column in memory at a time. */
final class RowGroupPages implements PageReadStore {
    private final FileChannel channel;
    private final RowGroup rowGroup;
    private final Map<List<String>, ColumnMetaData> columns = new HashMap<>();

    RowGroupPages(FileChannel channel, RowGroup rowGroup) {
        this.channel = channel;
        this.rowGroup = rowGroup;
        for (ColumnChunk chunk : rowGroup.getColumns()) {
            columns.put(chunk.getMeta_data().getPath_in_schema(), chunk.getMeta_data());
        }
    }

    @Override
    public PageReader getPageReader(ColumnDescriptor descriptor) {
        ColumnMetaData column = columns.get(List.of(descriptor.getPath()));
        if (column == null) {
            throw new UnreadableColumnException(descriptor.getPath(), "is in the schema, but not in the row group");
        }
        long from = column.getData_page_offset();
        if (column.isSetDictionary_page_offset() && column.getDictionary_page_offset() > 0) {
            from = Math.min(from, column.getDictionary_page_offset());
        }
        FileSlice slice = new FileSlice(channel, from, from + column.getTotal_compressed_size());
        return new ColumnPages(descriptor.getPath(), column, new BufferedInputStream(slice));
    }

    @Override
    public long getRowCount() {
        return rowGroup.getNum_rows();
    }
}
