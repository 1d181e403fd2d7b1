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

/** What the judge has said, and who waits for what it will say. */
final class VerdictStores {
    /** Request key to its verdict; failures are not kept, so that another answer asks again. */
    static final String KNOWN = "known-verdicts";
    /** "request key#group id#sample index" to a score that waits. */
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

    /** Keeps a verdict; the first of a key counts, so that scores do not depend on who was asked twice. */
    void learn(Verdict verdict) {
        if (verdict.getScore() != null) {
            known.putIfAbsent(verdict.getKey(), verdict);
        }
    }

    /** @return whether nobody waited for this verdict before */
    boolean addWaiting(String key, ScoredTrajectory score) {
        boolean first;
        try (KeyValueIterator<String, ScoredTrajectory> others = waitingFor(key)) {
            first = !others.hasNext();
        }
        waiting.put(key + SEPARATOR + score.getGroupId() + SEPARATOR + score.getSampleIndex(), score);
        return first;
    }

    /** Takes out everybody who waits for a verdict, in the order of group and sample. */
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
