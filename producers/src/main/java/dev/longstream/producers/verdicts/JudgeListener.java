package dev.longstream.producers.verdicts;

import dev.longstream.record.Verdict;

/** Hears of a judge's replies, for metrics. Called on the worker's thread. */
public interface JudgeListener {
    /** Hears nothing. */
    JudgeListener NONE = new JudgeListener() {};

    /** Receives a verdict, or the reason why there is none, after it is on the log. */
    default void onVerdict(Verdict verdict) {}

    /** Hears of a request whose verdict is on the log already. */
    default void onKnown() {}

    /** Receives the number of requests that wait for the judge's reply. */
    default void onInFlight(int requests) {}
}
