package dev.longstream.runs.audit;

import dev.longstream.log.EventLog;
import dev.longstream.log.RawTopic;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;

/** Audits a run's log, which may be in use. */
public final class LogAudit {
    private LogAudit() {}

    /** Reads six topics once, downstream first, and returns the ledger. */
    public static Ledger of(EventLog log) {
        Topics topics = log.topics();
        Audit audit = new Audit(topics.trajectories().name());
        TopicReader.readAll(log, topics.steps(), record -> audit.step(record.value()));
        TopicReader.readAll(log, topics.batches(), record -> audit.batch(record.value()));
        TopicReader.readAll(
                log, topics.groups(), record -> audit.group(record.partition(), record.offset(), record.value()));
        TopicReader.readAll(
                log,
                topics.rejectedGroups(),
                record -> audit.group(record.partition(), record.offset(), record.value()));
        TopicReader.readAll(log, topics.deadLetters(), record -> audit.deadLetter(record.value()));
        RawTopic.readAll(log, topics.trajectories(), record -> record.value()
                .ifPresentOrElse(
                        trajectory -> audit.trajectory(record.partition(), record.offset(), trajectory),
                        () -> audit.unreadableTrajectory(record.partition(), record.offset())));
        return audit.ledger();
    }
}
