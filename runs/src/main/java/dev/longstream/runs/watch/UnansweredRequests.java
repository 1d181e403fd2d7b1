package dev.longstream.runs.watch;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.Verdict;

import java.util.HashSet;
import java.util.Set;

/** Counts the requests to the judge that have no verdict yet. Not thread-safe. */
public final class UnansweredRequests implements AutoCloseable {
    private final TopicReader<JudgeRequest> requests;
    private final TopicReader<Verdict> verdicts;
    private final Set<String> asked = new HashSet<>();
    private final Set<String> answered = new HashSet<>();

    /** Opens requests and verdicts of a run. */
    public UnansweredRequests(EventLog log) {
        this.requests = new TopicReader<>(log, log.topics().judgeRequests());
        this.verdicts = new TopicReader<>(log, log.topics().verdicts());
    }

    /** Reads what is new on the log and returns the number of requests without a verdict. */
    public int count() {
        requests.readToEnd(request -> asked.add(request.key()));
        verdicts.readToEnd(verdict -> answered.add(verdict.key()));
        asked.removeAll(answered);
        return asked.size();
    }

    @Override
    public void close() {
        requests.close();
        verdicts.close();
    }
}
