package dev.longstream.streams;

import dev.longstream.files.JsonFile;
import dev.longstream.log.EventLog;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Notices that a stage's local state is newer than the log. A stage keeps its state on the disk when it stops cleanly, and Kafka
 * Streams takes it up again without a look at the end of its changelogs. If the log was set back meanwhile, by a power cut or by
 * an older copy, such a state would count groups as assigned and answers as seen that the log has never heard of.
 *
 * <p>Writes the end offsets of the changelogs to {@code <application>.ends.json} beside the state when the stage stops.
 */
final class ChangelogEnds {
    private static final Logger LOG = LoggerFactory.getLogger(ChangelogEnds.class);
    private static final int PATIENCE_SECONDS = 10;

    private final EventLog log;
    private final String application;
    private final Path file;

    /** End offsets by "topic-partition". */
    private record Ends(Map<String, Long> ends) {}

    /**
     * Creates the watch over one stage.
     *
     * @param application id of the Streams application, the prefix of its changelogs
     * @param stateFolder folder of the instance's state stores
     */
    ChangelogEnds(EventLog log, String application, Path stateFolder) {
        this.log = log;
        this.application = application;
        this.file = stateFolder.resolve(application + ".ends.json");
    }

    /** Returns whether a changelog ends before where it ended when the stage stopped; false if the broker does not answer. */
    boolean wereSetBack() throws InterruptedException {
        Optional<Ends> before = JsonFile.read(file, Ends.class);
        if (before.isEmpty()) {
            return false;
        }
        Optional<Map<String, Long>> now = read();
        return now.isPresent()
                && before.get().ends().entrySet().stream()
                        .anyMatch(end -> now.get().getOrDefault(end.getKey(), 0L) < end.getValue());
    }

    /** Remembers the present ends, which belong to the state that is on the disk now. */
    void remember() throws InterruptedException {
        read().ifPresent(ends -> JsonFile.write(file, new Ends(ends)));
    }

    private Optional<Map<String, Long>> read() throws InterruptedException {
        try (Admin admin = log.admin()) {
            List<String> changelogs = admin.listTopics().names().get(PATIENCE_SECONDS, TimeUnit.SECONDS).stream()
                    .filter(name -> name.startsWith(application + "-") && name.endsWith("-changelog"))
                    .toList();
            Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
            for (TopicDescription topic : admin.describeTopics(changelogs)
                    .allTopicNames()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .values()) {
                topic.partitions()
                        .forEach(partition -> wanted.put(
                                new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest()));
            }
            Map<String, Long> ends = new TreeMap<>();
            admin.listOffsets(wanted)
                    .all()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .forEach((partition, end) -> ends.put(partition.toString(), end.offset()));
            return Optional.of(ends);
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("The ends of the changelogs of {} cannot be read: {}", application, e.toString());
            return Optional.empty();
        }
    }
}
