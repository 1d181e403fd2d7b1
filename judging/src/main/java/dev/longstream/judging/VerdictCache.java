package dev.longstream.judging;

import dev.longstream.record.Verdict;

import java.util.List;
import java.util.Map;

/** What judges have said so far, so that nothing is asked twice. */
public interface VerdictCache {
    /** Request key to 1 or 0, as it is now; questions that have no verdict are not in it. */
    Map<String, Double> known();

    /** Keeps verdicts; one that says neither yes nor no is kept for people, and asked for again. */
    void keep(List<Verdict> verdicts);
}
