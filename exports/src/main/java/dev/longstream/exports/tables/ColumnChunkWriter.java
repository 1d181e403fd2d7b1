package dev.longstream.exports.tables;

import com.github.luben.zstd.Zstd;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.statistics.geospatial.GeospatialStatistics;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Compressed pages of one column in one row group, in memory until the row group is complete. */
final class ColumnChunkWriter implements PageWriter {
    private final ColumnDescriptor column;
    private final ByteArrayOutputStream dictionary = new ByteArrayOutputStream();
    private final ByteArrayOutputStream pages = new ByteArrayOutputStream();
    private final Set<org.apache.parquet.format.Encoding> encodings =
            EnumSet.noneOf(org.apache.parquet.format.Encoding.class);
    private long values;
    private long plainBytes;

    ColumnChunkWriter(ColumnDescriptor column) {
        this.column = column;
    }

    /** Returns the size of the chunk in the file, in bytes. */
    long size() {
        return (long) dictionary.size() + pages.size();
    }

    /** Writes the chunk. */
    void writeTo(PartialFile file) {
        file.write(dictionary.toByteArray());
        file.write(pages.toByteArray());
    }

    /**
     * Returns the entry of the chunk in the footer.
     *
     * @param offset place of the chunk in the file, in bytes
     */
    ColumnMetaData metaData(long offset) {
        ColumnMetaData metaData = new ColumnMetaData(
                FooterSchema.type(column.getPrimitiveType()),
                new ArrayList<>(encodings),
                List.of(column.getPath()),
                CompressionCodec.ZSTD,
                values,
                plainBytes,
                size(),
                offset + dictionary.size());
        return dictionary.size() > 0 ? metaData.setDictionary_page_offset(offset) : metaData;
    }

    @Override
    public void writePage(
            BytesInput bytes,
            int count,
            int rows,
            Statistics<?> statistics,
            SizeStatistics sizes,
            GeospatialStatistics places,
            Encoding repetitionLevels,
            Encoding definitionLevels,
            Encoding encoding)
            throws IOException {
        DataPageHeader page =
                new DataPageHeader(count, noted(encoding), noted(definitionLevels), noted(repetitionLevels));
        add(bytes, pages, PageType.DATA_PAGE, header -> header.setData_page_header(page));
        values += count;
    }

    @Override
    public void writeDictionaryPage(DictionaryPage page) throws IOException {
        DictionaryPageHeader ofPage = new DictionaryPageHeader(page.getDictionarySize(), noted(page.getEncoding()));
        add(page.getBytes(), dictionary, PageType.DICTIONARY_PAGE, header -> header.setDictionary_page_header(ofPage));
    }

    /** Completes the header of a page. */
    private interface HeaderPart {
        void addTo(PageHeader header);
    }

    private void add(BytesInput bytes, ByteArrayOutputStream to, PageType type, HeaderPart part) throws IOException {
        byte[] plain = bytes.toByteArray();
        byte[] compressed = Zstd.compress(plain);
        PageHeader header = new PageHeader(type, plain.length, compressed.length);
        part.addTo(header);
        int before = to.size();
        Util.writePageHeader(header, to);
        plainBytes += to.size() - before + plain.length;
        to.writeBytes(compressed);
    }

    private org.apache.parquet.format.Encoding noted(Encoding encoding) {
        org.apache.parquet.format.Encoding ofFormat = org.apache.parquet.format.Encoding.valueOf(encoding.name());
        encodings.add(ofFormat);
        return ofFormat;
    }

    @Override
    public void writePage(
            BytesInput bytes, int count, Statistics<?> statistics, Encoding rl, Encoding dl, Encoding encoding) {
        throw notUsed();
    }

    @Override
    public void writePage(
            BytesInput bytes,
            int count,
            int rows,
            Statistics<?> statistics,
            Encoding rl,
            Encoding dl,
            Encoding encoding) {
        throw notUsed();
    }

    @Override
    public void writePageV2(
            int rows,
            int nulls,
            int count,
            BytesInput rl,
            BytesInput dl,
            Encoding encoding,
            BytesInput data,
            Statistics<?> statistics) {
        throw notUsed();
    }

    private static IllegalStateException notUsed() {
        return new IllegalStateException("Pages of version 1 are written by another method");
    }

    @Override
    public long getMemSize() {
        return size();
    }

    @Override
    public long allocatedSize() {
        return size();
    }

    @Override
    public String memUsageString(String prefix) {
        return prefix + column + ": " + size() + " bytes";
    }
}
