package dev.longstream.streams.scoring;

import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Verdict;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** The state of judging: verdicts known, and scores that wait for one. */
final class VerdictStores {
    /** Store of verdicts by request key; failures are not stored, so that another answer requests a verdict again. */
    static final String KNOWN = "known-verdicts";
    /** Store of waiting scores: "request key#group id#sample index" to score. */
    static final String WAITING = "scores-without-verdict";

    private static final String SEPARATOR = "#";

    private final KeyValueStore<String, Verdict> known;
    private final KeyValueStore<String, ScoredTrajectory> waiting;

    VerdictStores(ProcessingContext context) {
        this.known = context.getStateStore(KNOWN);
        this.waiting = context.getStateStore(WAITING);
    }

    @Nullable
    Verdict known(String key) {
        return known.get(key);
    }

    /** Stores a verdict; the first one of a key counts, so that scores do not depend on repeated requests. */
    void learn(Verdict verdict) {
        if (verdict.getScore() != null) {
            known.putIfAbsent(verdict.getKey(), verdict);
        }
    }

    /** Stores a waiting score and returns whether it is the first to wait for this verdict. */
    boolean addWaiting(String key, ScoredTrajectory score) {
        boolean first;
        try (KeyValueIterator<String, ScoredTrajectory> others = waitingFor(key)) {
            first = !others.hasNext();
        }
        waiting.put(key + SEPARATOR + score.getGroupId() + SEPARATOR + score.getSampleIndex(), score);
        return first;
    }

    /** Removes and returns the scores that wait for a verdict, in the order of group and sample. */
    List<ScoredTrajectory> release(String key) {
        List<KeyValue<String, ScoredTrajectory>> found = new ArrayList<>();
        try (KeyValueIterator<String, ScoredTrajectory> all = waitingFor(key)) {
            all.forEachRemaining(found::add);
        }
        found.forEach(entry -> waiting.delete(entry.key));
        return found.stream().map(entry -> entry.value).toList();
    }

    private KeyValueIterator<String, ScoredTrajectory> waitingFor(String key) {
        return waiting.prefixScan(key + SEPARATOR, new StringSerializer());
    }
}
