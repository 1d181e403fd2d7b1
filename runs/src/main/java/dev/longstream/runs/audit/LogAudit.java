package dev.longstream.runs.audit;

import dev.longstream.log.EventLog;
import dev.longstream.log.RawTopic;
import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import dev.longstream.runs.letters.Letter;
import dev.longstream.runs.letters.Letters;
import dev.longstream.runs.log.Promotion;
import org.apache.avro.specific.SpecificRecord;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;

/** Audits a run's log, which may be in use. */
public final class LogAudit {
    private static final int PLACES_SHOWN = 5;

    private final EventLog log;
    private final Pruning pruning;
    private final Audit audit;
    private final Set<String> read = new HashSet<>();
    private final List<String> notes = new ArrayList<>();

    private LogAudit(EventLog log, Pruning pruning, FinishedAnswers finished) {
        this.log = log;
        this.pruning = pruning;
        this.audit = new Audit(log.topics().trajectories().name(), pruning, finished);
    }

    /** Reads every topic once, downstream first, and returns the ledger. */
    public static Ledger of(EventLog log) {
        Pruning pruning = Pruning.of(log);
        LogAudit audit = new LogAudit(log, pruning, new FinishedAnswers(-1, pruning, partition -> 0));
        audit.readLedger();
        audit.readTheRest();
        audit.notePruning();
        audit.noteLetters();
        Promotion.of(log).forEach(promotion -> audit.notes.add(promotion.words()));
        return audit.audit.ledger().with(audit.notes);
    }

    /**
     * Counts the answers of the groups up to an ordinal, those of earlier prunings included.
     *
     * @param pruning newest pruning of the log
     * @param limits returns the offset of a partition of trajectories from which on no record may be removed
     */
    public static FinishedAnswers finished(EventLog log, Pruning pruning, long ordinal, IntToLongFunction limits) {
        FinishedAnswers finished = new FinishedAnswers(ordinal, pruning, limits);
        new LogAudit(log, pruning, finished).readLedger();
        return finished;
    }

    private void readLedger() {
        Topics topics = log.topics();
        read(topics.steps(), record -> audit.step(value(record)));
        read(topics.batches(), record -> audit.batch(value(record)));
        read(topics.groups(), record -> audit.group(record.partition(), record.offset(), value(record)));
        read(topics.rejectedGroups(), record -> audit.group(record.partition(), record.offset(), value(record)));
        read(topics.deadLetters(), record -> audit.deadLetter(value(record)));
        read(
                topics.trajectories(),
                record -> audit.trajectory(record.partition(), record.offset(), value(record)),
                record -> audit.unreadableTrajectory(record.partition(), record.offset()));
    }

    /** Looks for records that cannot be decoded on the topics that the equation does not need. */
    private void readTheRest() {
        for (Topic<? extends SpecificRecord> topic : log.topics().all()) {
            if (!read.contains(topic.name())) {
                read(topic, record -> {});
            }
        }
    }

    private static <V extends SpecificRecord> V value(RawTopic.Raw<V> record) {
        return record.value().orElseThrow();
    }

    private <V extends SpecificRecord> void read(Topic<V> topic, Consumer<RawTopic.Raw<V>> use) {
        read(topic, use, record -> {});
    }

    private <V extends SpecificRecord> void read(
            Topic<V> topic, Consumer<RawTopic.Raw<V>> use, Consumer<RawTopic.Raw<V>> useUnreadable) {
        List<String> places = new ArrayList<>();
        long[] unreadable = {0};
        RawTopic.readAll(log, topic, record -> {
            if (record.value().isPresent()) {
                use.accept(record);
                return;
            }
            useUnreadable.accept(record);
            unreadable[0]++;
            if (places.size() < PLACES_SHOWN) {
                places.add(record.partition() + ":" + record.offset());
            }
        });
        read.add(topic.name());
        if (unreadable[0] > 0) {
            notes.add(unreadable[0] + " records of " + log.topics().shortName(topic)
                    + " cannot be decoded, at partition:offset " + String.join(", ", places)
                    + (places.size() < unreadable[0] ? ", …" : ""));
        }
    }

    private void notePruning() {
        if (pruning.record() != null) {
            notes.add("The log was pruned up to version " + pruning.version() + ": the counts of the "
                    + (pruning.ordinal() + 1) + " groups before it are carried forward on control.");
        }
    }

    private void noteLetters() {
        List<Letter> letters = Letters.of(log);
        long repaired =
                letters.stream().filter(letter -> letter.putBack().isPresent()).count();
        if (!letters.isEmpty()) {
            notes.add(letters.size() + " records were refused by a stage, " + repaired
                    + " of them were repaired and put back; see 'longstream dead-letters'.");
        }
    }
}
