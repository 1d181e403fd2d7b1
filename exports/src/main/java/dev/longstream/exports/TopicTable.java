package dev.longstream.exports;

import dev.longstream.exports.tables.RowFile;
import dev.longstream.exports.tables.RowFormat;
import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.log.TopicReader.TopicRecord;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One topic as a folder of files. A row is a record: {@code _partition}, {@code _offset}, {@code _timestamp} and {@code _key},
 * then the fields of its value. Not thread-safe.
 *
 * @param <V> class of the records
 */
final class TopicTable<V extends SpecificRecord> implements AutoCloseable {
    private final TopicReader<V> records;
    private final RowFormat format;
    private final Schema schema;
    private int parts;
    private long rows;
    private @Nullable RowFile part;

    TopicTable(EventLog log, Topic<V> topic, RowFormat format) {
        this.records = new TopicReader<>(log, topic);
        this.format = format;
        this.schema = schema(SpecificData.get().getSchema(topic.value()));
    }

    private static Schema schema(Schema value) {
        Schema time = LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
        List<Schema.Field> fields = new ArrayList<>(List.of(
                new Schema.Field("_partition", Schema.create(Schema.Type.INT)),
                new Schema.Field("_offset", Schema.create(Schema.Type.LONG)),
                new Schema.Field("_timestamp", time),
                new Schema.Field("_key", Schema.create(Schema.Type.STRING))));
        value.getFields().forEach(field -> fields.add(new Schema.Field(field.name(), field.schema())));
        return Schema.createRecord(value.getName(), null, value.getNamespace(), false, fields);
    }

    /**
     * Writes the records since the last call to the next file, up to the present end of the topic. A file without rows is
     * written for the first part alone, so that readers find the columns. If broker or registry do not answer, the next call
     * goes on with the same file.
     *
     * @param folder folder of the table
     */
    void writePart(Path folder) {
        RowFile file = part == null ? create(folder) : part;
        part = file;
        records.readToEnd(record -> file.write(row(record)));
        if (file.rows() > 0 || parts == 0) {
            file.publish();
            parts++;
            rows += file.rows();
        }
        file.close();
        part = null;
    }

    private RowFile create(Path folder) {
        String name = String.format(Locale.ROOT, "part-%05d.%s", parts, format.extension());
        return format.create(folder.resolve(name), schema);
    }

    private GenericData.Record row(TopicRecord<V> record) {
        GenericData.Record row = new GenericData.Record(schema);
        int column = 0;
        row.put(column++, record.partition());
        row.put(column++, record.offset());
        row.put(column++, Instant.ofEpochMilli(record.timestamp()));
        row.put(column++, record.key());
        for (Schema.Field field : record.value().getSchema().getFields()) {
            row.put(column + field.pos(), record.value().get(field.pos()));
        }
        return row;
    }

    /** Returns the number of rows in complete files. */
    long rows() {
        return rows;
    }

    @Override
    public void close() {
        records.close();
        RowFile open = part;
        if (open != null) {
            open.close();
        }
    }
}
