package dev.longstream.runs.retention;

import dev.longstream.files.FolderLock;
import dev.longstream.log.EventLog;
import dev.longstream.log.GroupIds;
import dev.longstream.log.LogException;
import dev.longstream.log.RawTopic;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.FateCount;
import dev.longstream.record.Group;
import dev.longstream.record.PhaseDraws;
import dev.longstream.record.Pruned;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.TopicStart;
import dev.longstream.runs.audit.FinishedAnswers;
import dev.longstream.runs.audit.LogAudit;
import dev.longstream.runs.audit.Pruning;
import dev.longstream.runs.log.ControlTopic;
import dev.longstream.trainer.checkpoint.CheckpointSteps;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

/**
 * Removes the start of a run's log: the records of groups that every complete checkpoint has trained or passed over.
 *
 * <p>First it writes what will be removed to {@code control}, with the counts that the audit carries forward, then it removes
 * it. A process that dies in between leaves records that are counted already; the next pruning removes them.
 */
public final class Pruner {
    private static final String LOCK = ".pruning";

    private final EventLog log;
    private final Path folder;

    /**
     * Creates the pruning of one run.
     *
     * @param folder run folder, which has the checkpoints
     */
    public Pruner(EventLog log, Path folder) {
        this.log = log;
        this.folder = folder;
    }

    /**
     * Determines what can be removed now; empty if there is nothing.
     *
     * @param limits what is kept besides
     */
    public Optional<Pruned> plan(Limits limits) {
        return plan(limits, 0);
    }

    private Optional<Pruned> plan(Limits limits, double minShare) {
        Pruning before = Pruning.of(log);
        FinishedSteps steps = FinishedSteps.read(log);
        try (Admin admin = log.admin()) {
            StageOffsets offsets = StageOffsets.read(log, admin);
            return steps.removable(CheckpointSteps.complete(folder.resolve("checkpoints")), limits)
                    .flatMap(version -> readByTheCurriculum(version, steps, offsets))
                    .filter(version -> steps.areWorthRemoving(before.version(), version, minShare))
                    .map(version -> plan(version, steps, offsets, before));
        }
    }

    /**
     * Writes a pruning to the log and removes its records.
     *
     * @param minShare gradient steps to remove, at least, as a share of those that are kept: a pruning reads all of both
     * @return false if another process prunes the run
     */
    public boolean prune(Limits limits, double minShare) {
        try (FolderLock lock = FolderLock.take(folder, LOCK).orElse(null)) {
            if (lock == null) {
                return false;
            }
            Optional<Pruned> plan = plan(limits, minShare);
            plan.ifPresent(this::write);
            Pruned newest = Pruning.of(log).record();
            if (newest != null) {
                remove(newest);
            }
            plan.ifPresent(pruned -> ShadowPruning.remove(log, pruned.getOrdinal()));
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("The lock of " + folder + " cannot be used: " + e, e);
        }
    }

    /** Lowers a version until the curriculum has read every rejected group up to its ordinal. */
    private Optional<Long> readByTheCurriculum(long version, FinishedSteps steps, StageOffsets offsets) {
        Topic<Group> topic = log.topics().rejectedGroups();
        long read = offsets.of("curriculum", topic, 0);
        long[] unread = {Long.MAX_VALUE};
        TopicReader.readAll(log, topic, record -> {
            if (record.offset() >= read) {
                unread[0] = Math.min(unread[0], record.value().getOrdinal());
            }
        });
        return steps.before(unread[0], version);
    }

    private Pruned plan(long version, FinishedSteps steps, StageOffsets offsets, Pruning before) {
        Topics topics = log.topics();
        long ordinal = steps.lastOrdinal(version);
        FinishedAnswers finished = LogAudit.finished(
                log, before, ordinal, partition -> offsets.of("scoring", topics.trajectories(), partition));
        Starts starts = new Starts(offsets);
        starts.add(topics.batches(), OrdinalStarts.of(log, topics.batches(), Batch::getBatch, version - 1));
        starts.add(topics.assignments(), OrdinalStarts.of(log, topics.assignments(), Assignment::getOrdinal, ordinal));
        starts.add(
                topics.judgeRequests(),
                OrdinalStarts.of(
                        log,
                        topics.judgeRequests(),
                        request -> GroupIds.ordinal(request.getGroupId()).orElse(Long.MAX_VALUE),
                        ordinal));
        Map<Integer, Long> answers = new TreeMap<>();
        for (int partition = 0; partition < topics.trajectories().partitions(); partition++) {
            answers.put(partition, finished.start(partition));
        }
        starts.add(topics.trajectories(), answers);
        starts.add(
                topics.scored(),
                OrdinalStarts.of(log, topics.scored(), ScoredTrajectory::getOrdinal, ordinal),
                "grouping");
        starts.add(topics.groups(), OrdinalStarts.of(log, topics.groups(), Group::getOrdinal, ordinal), "batching");
        starts.add(
                topics.rejectedGroups(),
                OrdinalStarts.of(log, topics.rejectedGroups(), Group::getOrdinal, ordinal),
                "batching",
                "curriculum");
        return Pruned.newBuilder()
                .setOrdinal(ordinal)
                .setVersion(version)
                .setStarts(starts.all)
                .setCounted(answers.keySet().stream().map(finished::countedTo).toList())
                .setFates(finished.fates().entrySet().stream()
                        .map(entry -> new FateCount(
                                entry.getKey().name(),
                                entry.getValue().records(),
                                entry.getValue().tokens()))
                        .toList())
                .setDraws(draws(ordinal, steps, before))
                .build();
    }

    private List<PhaseDraws> draws(long ordinal, FinishedSteps steps, Pruning before) {
        Map<Integer, PhaseDraws> draws = new TreeMap<>();
        if (before.record() != null) {
            before.record().getDraws().forEach(phase -> draws.put(phase.getPhaseIndex(), phase));
        }
        TopicReader.readAll(log, log.topics().assignments(), record -> {
            Assignment assignment = record.value();
            if (assignment.getOrdinal() > before.ordinal() && assignment.getOrdinal() <= ordinal) {
                boolean again = assignment.getRetrospective() != null;
                boolean trained = again && steps.hasTrained(assignment.getOrdinal());
                PhaseDraws one =
                        new PhaseDraws(assignment.getPhaseIndex(), 1L, again ? 1L : 0L, trained ? 1L : 0L, (long)
                                assignment.getQuestion().getInputTokens());
                draws.merge(assignment.getPhaseIndex(), one, Pruner::sum);
            }
        });
        return List.copyOf(draws.values());
    }

    private static PhaseDraws sum(PhaseDraws one, PhaseDraws other) {
        return new PhaseDraws(
                one.getPhaseIndex(),
                one.getAssigned() + other.getAssigned(),
                one.getRetrospective() + other.getRetrospective(),
                one.getRetrospectiveTrained() + other.getRetrospectiveTrained(),
                one.getPromptTokens() + other.getPromptTokens());
    }

    /** First offsets kept of the run's topics; none is above what a stage that reads the topic has processed. */
    private final class Starts {
        private final StageOffsets offsets;
        private final List<TopicStart> all = new ArrayList<>();

        Starts(StageOffsets offsets) {
            this.offsets = offsets;
        }

        void add(Topic<?> topic, Map<Integer, Long> starts, String... stages) {
            starts.forEach((partition, start) -> {
                long first = start;
                for (String stage : stages) {
                    first = Math.min(first, offsets.of(stage, topic, partition));
                }
                if (first > 0) {
                    all.add(new TopicStart(log.topics().shortName(topic), partition, first));
                }
            });
        }
    }

    private void write(Pruned pruned) {
        ControlTopic.write(
                log,
                Control.newBuilder()
                        .setCommand(ControlCommand.PRUNED)
                        .setWho("longstream")
                        .setWhy("the log before version " + pruned.getVersion() + " is needed no more")
                        .setAt(Instant.now())
                        .setPruned(pruned)
                        .build());
    }

    private void remove(Pruned pruned) {
        Map<TopicPartition, RecordsToDelete> starts = new HashMap<>();
        pruned.getStarts()
                .forEach(start -> starts.put(
                        new TopicPartition(log.topics().name(start.getTopic()), start.getPartition()),
                        RecordsToDelete.beforeOffset(start.getOffset())));
        try (Admin admin = log.admin()) {
            admin.deleteRecords(starts).all().get();
        } catch (ExecutionException e) {
            throw new LogException("The start of the log cannot be removed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while the start of the log was removed", e);
        }
    }

    /** Returns the number of records and bytes before the starts of a pruning, by topic. */
    public Map<String, Removable> removable(Pruned pruned) {
        Map<String, Removable> removable = new TreeMap<>();
        for (Topic<?> topic : log.topics().all()) {
            Map<Integer, Long> starts = new HashMap<>();
            pruned.getStarts().stream()
                    .filter(start -> start.getTopic().equals(log.topics().shortName(topic)))
                    .forEach(start -> starts.put(start.getPartition(), start.getOffset()));
            if (!starts.isEmpty()) {
                removable.put(log.topics().shortName(topic), count(topic, starts));
            }
        }
        return removable;
    }

    /**
     * Records that a pruning removes.
     *
     * @param records number of records
     * @param bytes size of their values in bytes, uncompressed
     */
    public record Removable(long records, long bytes) {}

    private Removable count(Topic<?> topic, Map<Integer, Long> starts) {
        long[] found = {0, 0};
        RawTopic.readAll(log, topic, record -> {
            if (record.offset() < starts.getOrDefault(record.partition(), 0L)) {
                found[0]++;
                found[1] += record.bytes();
            }
        });
        return new Removable(found[0], found[1]);
    }
}
