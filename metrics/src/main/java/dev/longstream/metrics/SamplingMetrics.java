package dev.longstream.metrics;

import java.util.List;

import static dev.longstream.metrics.MetricOwner.ROLLOUTS;

/** Metrics of the rollout workers. */
public final class SamplingMetrics {
    public static final Metric SAMPLES = Metric.counter(
                    "rl.sample.samples",
                    ROLLOUTS,
                    "Answers on the log, by outcome: completed, truncated, aborted, timed_out or"
                            + " infrastructure_failed.")
            .by("worker", "phase", "outcome");

    public static final Metric DURATION = Metric.histogram(
                    "rl.sample.duration",
                    ROLLOUTS,
                    "Time from the beginning of reading the prompt to an answer's last token.")
            .in("seconds")
            .by("worker");

    public static final Metric FIRST_TOKEN = Metric.histogram(
                    "gen_ai.server.time_to_first_token",
                    ROLLOUTS,
                    "Time from the beginning of reading the prompt to an answer's first token.")
            .in("seconds")
            .by("worker");

    public static final Metric TOKENS = Metric.counter(
                    "longstream.sample.tokens",
                    ROLLOUTS,
                    "Tokens of the answers on the log; their rate is the tokens generated a second.")
            .by("worker", "phase");

    public static final Metric ANSWER_LENGTH = Metric.histogram(
                    "longstream.sample.answer",
                    ROLLOUTS,
                    "Tokens of a sampled answer, also of those that are rejected later.")
            .in("tokens")
            .by("worker");

    public static final Metric PROMPT_LENGTH = Metric.histogram(
                    "longstream.sample.prompt", ROLLOUTS, "Tokens of a sampled prompt, one observation a group.")
            .in("tokens")
            .by("worker");

    public static final Metric PROMPT_READ = Metric.counter(
                    "longstream.sample.prompt.read",
                    ROLLOUTS,
                    "Prompt tokens that went through the model. The others of longstream_sample_prompt_tokens_sum came"
                            + " from the prefix cache.")
            .in("tokens")
            .by("worker");

    public static final Metric CACHE = Metric.gauge(
                    "longstream.sample.cache",
                    ROLLOUTS,
                    "Keys and values in memory: those of prompts, kept for prompts with the same beginning, and those"
                            + " of unfinished answers.")
            .in("bytes")
            .by("worker");

    public static final Metric CACHE_LIMIT = Metric.gauge(
                    "longstream.sample.cache.limit",
                    ROLLOUTS,
                    "Bound of longstream_sample_cache_bytes (rollouts.worker.cache-mebibytes).")
            .in("bytes")
            .by("worker");

    public static final Metric ACTIVE = Metric.gauge(
                    "longstream.sample.active", ROLLOUTS, "Answers that are being decoded.")
            .by("worker");

    public static final Metric TIME = Metric.counter(
                    "longstream.sample.time",
                    ROLLOUTS,
                    "Time of the worker by part: sample, assignments (waits for one), weights (waits for a version, or"
                            + " loads it). All but sample is idle.")
            .in("seconds")
            .by("worker", "part");

    public static final Metric VERSION = Metric.gauge(
                    "longstream.sample.version", ROLLOUTS, "Policy version of the weights that sample.")
            .by("worker");

    public static final Metric SYNC_DURATION = Metric.histogram(
                    "rl.sync.duration",
                    ROLLOUTS,
                    "Time in which the worker opens and loads a new policy version, download included.")
            .in("seconds")
            .by("worker");

    static final List<Metric> ALL = List.of(
            SAMPLES,
            DURATION,
            FIRST_TOKEN,
            TOKENS,
            ANSWER_LENGTH,
            PROMPT_LENGTH,
            PROMPT_READ,
            CACHE,
            CACHE_LIMIT,
            ACTIVE,
            TIME,
            VERSION,
            SYNC_DURATION);

    private SamplingMetrics() {}
}
