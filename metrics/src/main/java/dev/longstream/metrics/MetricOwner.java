package dev.longstream.metrics;

import java.util.Locale;

/** The role whose process has a metric. In the process of {@code train} all roles are together. */
public enum MetricOwner {
    /** Every role has the metric. */
    EVERY,
    /** The role {@code curriculum}. */
    CURRICULUM,
    /** The role {@code rollouts}. */
    ROLLOUTS,
    /** The role {@code scoring}. */
    SCORING,
    /** The role {@code judge}. */
    JUDGE,
    /** The role {@code grouping}. */
    GROUPING,
    /** The role {@code batching}. */
    BATCHING,
    /** The role {@code trainer}. */
    TRAINER,
    /** The role {@code evaluation}. */
    EVALUATION,
    /** The role {@code shadows}. */
    SHADOWS,
    /** The stages that are Kafka Streams applications: {@code curriculum, scoring, grouping, batching}. */
    STREAMS,
    /** The roles that read a topic in order: the stages, {@code rollouts}, {@code judge}, {@code trainer} and {@code shadows}. */
    READERS,
    /** The roles that put records aside that they cannot use: the stages, {@code rollouts} and {@code judge}. */
    DECODERS;

    /** Returns the role's name, or words for several roles. */
    public String words() {
        return switch (this) {
            case EVERY -> "every role";
            case STREAMS -> "curriculum, scoring, grouping, batching";
            case READERS -> "all but evaluation";
            case DECODERS -> "all but trainer and evaluation";
            default -> name().toLowerCase(Locale.ROOT);
        };
    }
}
