package dev.longstream.exports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.exports.tables.RowFormat;
import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import org.apache.avro.specific.SpecificRecord;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Exports topics as tables: a folder a topic, of one file or, where an export follows a run, of several. The folder of all tables
 * appears at once, when all of them are complete. Not thread-safe.
 */
public final class TableExport implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final EventLog log;
    private final RowFormat format;
    private final ExportFolder folder;
    private final Map<String, TopicTable<?>> tables = new LinkedHashMap<>();
    private boolean begun;

    /**
     * Opens the topics.
     *
     * @param folder folder of the tables, which replaces an earlier export
     * @throws dev.longstream.failure.WrongUseException if the folder has files that no export made
     */
    public TableExport(
            EventLog log, List<? extends Topic<? extends SpecificRecord>> topics, RowFormat format, Path folder) {
        this.log = log;
        this.format = format;
        this.folder = new ExportFolder(folder);
        try {
            topics.forEach(topic -> tables.put(log.topics().shortName(topic), new TopicTable<>(log, topic, format)));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Exports the records since the last call, up to the present end of the log. */
    public void catchUp() {
        Path target = begun ? folder.folder() : folder.next();
        tables.forEach((name, table) -> table.writePart(target.resolve(name)));
        if (begun) {
            folder.mark(description());
        } else {
            folder.replace(description());
            begun = true;
        }
    }

    private String description() {
        ObjectNode description =
                JSON.createObjectNode().put("run", log.topics().run()).put("format", format.extension());
        description.set("rows", JSON.valueToTree(rows()));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(description) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Exports what is new after every interval until the run is over.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public void follow(Duration interval, Supplier<FollowState> state) throws InterruptedException {
        Following.repeat(interval, state, this::catchUp);
    }

    /** Returns the number of rows of each table, in the order of the data flow. */
    public Map<String, Long> rows() {
        Map<String, Long> rows = new LinkedHashMap<>();
        tables.forEach((name, table) -> rows.put(name, table.rows()));
        return rows;
    }

    @Override
    public void close() {
        tables.values().forEach(TopicTable::close);
        folder.close();
    }
}
