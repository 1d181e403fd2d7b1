package dev.longstream.metrics;

import java.util.List;

import static dev.longstream.metrics.MetricOwner.JUDGE;

/** Metrics of the judge's worker. */
public final class JudgeMetrics {
    public static final Metric VERDICTS = Metric.counter(
                    "longstream.judge.verdicts",
                    JUDGE,
                    "Requests that the judge's worker finished, by outcome: equivalent (score 1), different (0), scored (another"
                            + " number), failed, or known when the verdict was on the log.")
            .by("outcome");

    public static final Metric DURATION = Metric.histogram(
                    "gen_ai.client.operation.duration",
                    JUDGE,
                    "Time from the first HTTP request for a verdict to the verdict, repetitions included.")
            .in("seconds")
            .by("gen_ai.request.model");

    public static final Metric TOKENS = Metric.histogram(
                    "gen_ai.client.token.usage",
                    JUDGE,
                    "Tokens of a verdict as the judge counted them, by gen_ai.token.type: input or output.")
            .by("gen_ai.request.model", "gen_ai.token.type");

    public static final Metric ATTEMPTS = Metric.counter(
            "longstream.judge.attempts",
            JUDGE,
            "HTTP requests to the judge; more than verdicts where requests were repeated.");

    public static final Metric IN_FLIGHT =
            Metric.gauge("longstream.judge.in.flight", JUDGE, "Requests that wait for the judge's reply.");

    static final List<Metric> ALL = List.of(VERDICTS, DURATION, TOKENS, ATTEMPTS, IN_FLIGHT);

    private JudgeMetrics() {}
}
