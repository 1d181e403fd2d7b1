package dev.longstream.questions.parquet;

import com.github.luben.zstd.Zstd;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.statistics.geospatial.GeospatialStatistics;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.GroupWriter;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DateType;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MapType;
import org.apache.parquet.format.MicroSeconds;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.xerial.snappy.Snappy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Writes Parquet files, pages of either version, with Apache's encodings and without its Hadoop. */
public final class WrittenParquet {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int ROWS_A_PAGE = 10;

    private final MessageType schema;
    private final ParquetProperties properties;
    private final CompressionCodec codec;
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final List<RowGroup> rowGroups = new ArrayList<>();
    private long rows;

    public WrittenParquet(MessageType schema, ParquetProperties.WriterVersion version, CompressionCodec codec) {
        this.schema = schema;
        this.codec = codec;
        this.properties = ParquetProperties.builder()
                .withWriterVersion(version)
                .withPageRowCountLimit(ROWS_A_PAGE)
                .withMinRowCountForPageSizeCheck(1)
                .build();
        file.writeBytes(MAGIC);
    }

    public WrittenParquet rowGroup(List<Group> groups) throws IOException {
        Map<ColumnDescriptor, Column> columns = new LinkedHashMap<>();
        schema.getColumns().forEach(descriptor -> columns.put(descriptor, new Column()));
        try (ColumnWriteStore store = properties.newColumnWriteStore(schema, columns::get)) {
            var consumer = new ColumnIOFactory().getColumnIO(schema).getRecordWriter(store);
            GroupWriter writer = new GroupWriter(consumer, schema);
            for (Group group : groups) {
                writer.write(group);
            }
            consumer.flush();
            store.flush();
        }
        List<ColumnChunk> chunks = new ArrayList<>();
        for (Map.Entry<ColumnDescriptor, Column> column : columns.entrySet()) {
            chunks.add(new ColumnChunk(file.size())
                    .setMeta_data(column.getValue().metaData(column.getKey(), file.size())));
            file.writeBytes(column.getValue().dictionary.toByteArray());
            file.writeBytes(column.getValue().pages.toByteArray());
        }
        rowGroups.add(new RowGroup(chunks, 0, groups.size()));
        rows += groups.size();
        return this;
    }

    public Path to(Path path) throws IOException {
        List<SchemaElement> elements = new ArrayList<>();
        elements.add(new SchemaElement(schema.getName()).setNum_children(schema.getFieldCount()));
        addFields(schema, elements);
        ByteArrayOutputStream footer = new ByteArrayOutputStream();
        Util.writeFileMetaData(new FileMetaData(1, elements, rows, rowGroups), footer);
        file.writeBytes(footer.toByteArray());
        file.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(footer.size())
                .array());
        file.writeBytes(MAGIC);
        return Files.write(path, file.toByteArray());
    }

    private static void addFields(GroupType group, List<SchemaElement> elements) {
        for (Type type : group.getFields()) {
            SchemaElement element = new SchemaElement(type.getName())
                    .setRepetition_type(
                            FieldRepetitionType.valueOf(type.getRepetition().name()));
            elements.add(element);
            logicalType(type).ifPresent(element::setLogicalType);
            if (type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal) {
                element.setConverted_type(ConvertedType.DECIMAL)
                        .setScale(decimal.getScale())
                        .setPrecision(decimal.getPrecision());
            }
            if (type.isPrimitive()) {
                element.setType(typeOfFormat(type));
            } else {
                if (type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation) {
                    element.setConverted_type(ConvertedType.LIST);
                }
                element.setNum_children(type.asGroupType().getFieldCount());
                addFields(type.asGroupType(), elements);
            }
        }
    }

    private static Optional<LogicalType> logicalType(Type type) {
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        if (annotation instanceof LogicalTypeAnnotation.DateLogicalTypeAnnotation) {
            return Optional.of(LogicalType.DATE(new DateType()));
        }
        if (annotation instanceof LogicalTypeAnnotation.TimestampLogicalTypeAnnotation time) {
            return Optional.of(LogicalType.TIMESTAMP(
                    new TimestampType(time.isAdjustedToUTC(), TimeUnit.MICROS(new MicroSeconds()))));
        }
        if (annotation instanceof LogicalTypeAnnotation.TimeLogicalTypeAnnotation time) {
            return Optional.of(
                    LogicalType.TIME(new TimeType(time.isAdjustedToUTC(), TimeUnit.MICROS(new MicroSeconds()))));
        }
        if (annotation instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation integer) {
            return Optional.of(LogicalType.INTEGER(new IntType((byte) integer.getBitWidth(), integer.isSigned())));
        }
        return annotation instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation
                ? Optional.of(LogicalType.MAP(new MapType()))
                : Optional.empty();
    }

    private static org.apache.parquet.format.Type typeOfFormat(Type type) {
        String name = type.asPrimitiveType().getPrimitiveTypeName().name();
        return org.apache.parquet.format.Type.valueOf(name.equals("BINARY") ? "BYTE_ARRAY" : name);
    }

    private byte[] compressed(byte[] page) throws IOException {
        return switch (codec) {
            case SNAPPY -> Snappy.compress(page);
            case ZSTD -> Zstd.compress(page);
            case GZIP -> {
                ByteArrayOutputStream packed = new ByteArrayOutputStream();
                try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                    gzip.write(page);
                }
                yield packed.toByteArray();
            }
            default -> page; // said to be compressed by what nothing here undoes
        };
    }

    private final class Column implements PageWriter {
        private final ByteArrayOutputStream dictionary = new ByteArrayOutputStream();
        private final ByteArrayOutputStream pages = new ByteArrayOutputStream();
        private long values;

        ColumnMetaData metaData(ColumnDescriptor descriptor, long offset) {
            ColumnMetaData metaData = new ColumnMetaData(
                    typeOfFormat(descriptor.getPrimitiveType()),
                    List.of(),
                    List.of(descriptor.getPath()),
                    codec,
                    values,
                    0,
                    dictionary.size() + pages.size(),
                    offset + dictionary.size());
            return dictionary.size() > 0 ? metaData.setDictionary_page_offset(offset) : metaData;
        }

        @Override
        public void writePage(
                BytesInput bytes, int count, Statistics<?> statistics, Encoding rl, Encoding dl, Encoding of)
                throws IOException {
            byte[] body = compressed(bytes.toByteArray());
            PageHeader header = new PageHeader(PageType.DATA_PAGE, (int) bytes.size(), body.length);
            header.setData_page_header(new DataPageHeader(count, ofFormat(of), ofFormat(dl), ofFormat(rl)));
            Util.writePageHeader(header, pages);
            pages.writeBytes(body);
            values += count;
        }

        @Override
        public void writePage(
                BytesInput bytes, int count, int rows, Statistics<?> statistics, Encoding rl, Encoding dl, Encoding of)
                throws IOException {
            writePage(bytes, count, statistics, rl, dl, of);
        }

        @Override
        public void writePage(
                BytesInput bytes,
                int count,
                int rows,
                Statistics<?> statistics,
                SizeStatistics sizes,
                GeospatialStatistics places,
                Encoding rl,
                Encoding dl,
                Encoding of)
                throws IOException {
            writePage(bytes, count, statistics, rl, dl, of);
        }

        @Override
        public void writePageV2(
                int rows,
                int nulls,
                int count,
                BytesInput rl,
                BytesInput dl,
                Encoding of,
                BytesInput data,
                Statistics<?> statistics,
                SizeStatistics sizes,
                GeospatialStatistics places)
                throws IOException {
            writePageV2(rows, nulls, count, rl, dl, of, data, statistics);
        }

        @Override
        public void writePageV2(
                int rows,
                int nulls,
                int count,
                BytesInput rl,
                BytesInput dl,
                Encoding of,
                BytesInput data,
                Statistics<?> statistics)
                throws IOException {
            byte[] body = compressed(data.toByteArray());
            int levels = (int) (rl.size() + dl.size());
            PageHeader header = new PageHeader(PageType.DATA_PAGE_V2, levels + (int) data.size(), levels + body.length);
            header.setData_page_header_v2(
                    new DataPageHeaderV2(count, nulls, rows, ofFormat(of), (int) dl.size(), (int) rl.size()));
            Util.writePageHeader(header, pages);
            pages.writeBytes(rl.toByteArray());
            pages.writeBytes(dl.toByteArray());
            pages.writeBytes(body);
            values += count;
        }

        @Override
        public void writeDictionaryPage(DictionaryPage page) throws IOException {
            byte[] body = compressed(page.getBytes().toByteArray());
            PageHeader header = new PageHeader(
                    PageType.DICTIONARY_PAGE, (int) page.getBytes().size(), body.length);
            header.setDictionary_page_header(
                    new DictionaryPageHeader(page.getDictionarySize(), ofFormat(page.getEncoding())));
            Util.writePageHeader(header, dictionary);
            dictionary.writeBytes(body);
        }

        private static org.apache.parquet.format.Encoding ofFormat(Encoding encoding) {
            return org.apache.parquet.format.Encoding.valueOf(encoding.name());
        }

        @Override
        public long getMemSize() {
            return pages.size();
        }

        @Override
        public long allocatedSize() {
            return pages.size();
        }

        @Override
        public String memUsageString(String prefix) {
            return prefix;
        }
    }
}
