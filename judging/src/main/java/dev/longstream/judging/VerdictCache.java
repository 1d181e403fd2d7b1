package dev.longstream.judging;

import dev.longstream.record.Verdict;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Stores verdicts by request key, so that no request is sent twice. */
public interface VerdictCache {
    /** Returns the scores of these requests that are known now, request key to 1 or 0. Requests without a verdict are missing. */
    Map<String, Double> known(Set<String> keys);

    /** Stores verdicts. One without a score is stored for people to read, and its request is sent again. */
    void keep(List<Verdict> verdicts);
}
