package dev.longstream.questions.parquet;

import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads the pages of one column in one row group, in file order: the dictionary if there is one, then the data pages.
 */
final class ColumnPages implements PageReader {
    /** Empty statistics: a reader of whole files does not use them. */
    private static final Statistics<?> NONE = none();

    private final String[] path;
    private final ColumnMetaData column;
    private final InputStream bytes;
    private @Nullable PageHeader next;
    private long valuesRead;

    ColumnPages(String[] path, ColumnMetaData column, InputStream bytes) {
        this.path = path;
        this.column = column;
        this.bytes = bytes;
    }

    private static Statistics<?> none() {
        PrimitiveType any = Types.required(PrimitiveTypeName.BINARY).named("any");
        return Statistics.getBuilderForReading(any).build();
    }

    @Override
    public long getTotalValueCount() {
        return column.getNum_values();
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
        try {
            if (column.getNum_values() == 0 || header().getType() != PageType.DICTIONARY_PAGE) {
                return null;
            }
            PageHeader header = take();
            return new DictionaryPage(
                    BytesInput.from(decompressed(body(header), header.getUncompressed_page_size())),
                    header.getDictionary_page_header().getNum_values(),
                    Encoding.valueOf(
                            header.getDictionary_page_header().getEncoding().name()));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public @Nullable DataPage readPage() {
        try {
            while (valuesRead < column.getNum_values()) {
                PageHeader header = take();
                byte[] body = body(header);
                if (header.getType() == PageType.DATA_PAGE) {
                    return page(header, header.getData_page_header(), body);
                }
                if (header.getType() == PageType.DATA_PAGE_V2) {
                    return page(header, header.getData_page_header_v2(), body);
                }
            }
            return null;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private DataPage page(PageHeader header, DataPageHeader of, byte[] body) throws IOException {
        valuesRead += of.getNum_values();
        return new DataPageV1(
                BytesInput.from(decompressed(body, header.getUncompressed_page_size())),
                of.getNum_values(),
                header.getUncompressed_page_size(),
                NONE,
                Encoding.valueOf(of.getRepetition_level_encoding().name()),
                Encoding.valueOf(of.getDefinition_level_encoding().name()),
                Encoding.valueOf(of.getEncoding().name()));
    }

    /** Reads a page of version 2, whose levels come first and are never compressed. */
    private DataPage page(PageHeader header, DataPageHeaderV2 of, byte[] body) throws IOException {
        valuesRead += of.getNum_values();
        int repetition = of.getRepetition_levels_byte_length();
        int levels = repetition + of.getDefinition_levels_byte_length();
        byte[] values = Arrays.copyOfRange(body, levels, body.length);
        boolean compressed = !of.isSetIs_compressed() || of.isIs_compressed();
        return DataPageV2.uncompressed(
                of.getNum_rows(),
                of.getNum_nulls(),
                of.getNum_values(),
                BytesInput.from(body, 0, repetition),
                BytesInput.from(body, repetition, levels - repetition),
                Encoding.valueOf(of.getEncoding().name()),
                BytesInput.from(
                        compressed ? decompressed(values, header.getUncompressed_page_size() - levels) : values),
                NONE);
    }

    private PageHeader header() throws IOException {
        if (next == null) {
            next = Util.readPageHeader(bytes);
        }
        return next;
    }

    private PageHeader take() throws IOException {
        PageHeader taken = header();
        next = null;
        return taken;
    }

    private byte[] body(PageHeader header) throws IOException {
        byte[] body = bytes.readNBytes(header.getCompressed_page_size());
        if (body.length < header.getCompressed_page_size()) {
            throw new EOFException("breaks off: " + body.length + " of a page's " + header.getCompressed_page_size()
                    + " bytes are there");
        }
        return body;
    }

    private byte[] decompressed(byte[] page, int size) throws IOException {
        return Compression.decompress(column.getCodec(), page, size);
    }

    private UnreadableColumnException unreadable(IOException e) {
        return new UnreadableColumnException(path, String.valueOf(e.getMessage()));
    }
}
