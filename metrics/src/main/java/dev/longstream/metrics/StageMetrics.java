package dev.longstream.metrics;

import java.util.List;

import static dev.longstream.metrics.MetricOwner.BATCHING;
import static dev.longstream.metrics.MetricOwner.CURRICULUM;
import static dev.longstream.metrics.MetricOwner.GROUPING;
import static dev.longstream.metrics.MetricOwner.SCORING;
import static dev.longstream.metrics.MetricOwner.STREAMS;

/** Metrics of the stages between topics: curriculum, scoring, grouping and batching. */
public final class StageMetrics {
    public static final Metric ASSIGNMENTS = Metric.counter(
                    "longstream.curriculum.assignments",
                    CURRICULUM,
                    "Assignments that were admitted. The draw is phase, or retrospective for a prompt of an earlier"
                            + " phase.")
            .by("phase", "draw");

    public static final Metric PAUSED =
            Metric.gauge("longstream.run.paused", CURRICULUM, "1 after the command pause, until resume; else 0.");

    public static final Metric REJECTION_STREAK = Metric.gauge(
                    "longstream.run.rejection.streak",
                    CURRICULUM,
                    "Groups that were rejected one after the other since the newest gradient step.")
            .in("groups");

    public static final Metric SCORED = Metric.counter(
                    "longstream.scoring.answers",
                    SCORING,
                    "Scored answers by range of their reward: below_0, 0, between, 1, above_1, or none for an answer"
                            + " without one.")
            .by("phase", "reward");

    public static final Metric REWARD = Metric.gauge(
            "rl.reward.score",
            SCORING,
            "Mean reward of the newest 256 answers with a reward, sampled ones, rejected groups included.");

    public static final Metric JUDGE_REQUESTS = Metric.counter(
            "longstream.scoring.judge.requests", SCORING, "Questions that scoring put to the judge, each once.");

    public static final Metric GROUPS = Metric.counter(
                    "longstream.groups",
                    GROUPING,
                    "Complete groups by verdict: trainable, or rejected as uniform_reward or too_few_members.")
            .by("phase", "verdict");

    public static final Metric BATCHES = Metric.counter("longstream.batches", BATCHING, "Batches on the log.")
            .by("phase");

    public static final Metric DROPPED = Metric.counter(
                    "longstream.stage.dropped",
                    STREAMS,
                    "Records that the stage dropped by design: duplicates are second deliveries; without-verdict are"
                            + " verdicts that nobody asked for.")
            .in("records")
            .by("role", "reason");

    public static final Metric RESTORED = Metric.counter(
                    "longstream.stage.restored",
                    STREAMS,
                    "Records of its changelogs from which the stage restored its state.")
            .in("records")
            .by("role");

    public static final Metric RESTORE_REMAINING = Metric.gauge(
                    "longstream.stage.restore.remaining",
                    STREAMS,
                    "Records of its changelogs that the stage has yet to read before it works; 0 once it works.")
            .in("records")
            .by("role");

    static final List<Metric> ALL = List.of(
            ASSIGNMENTS,
            PAUSED,
            REJECTION_STREAK,
            SCORED,
            REWARD,
            JUDGE_REQUESTS,
            GROUPS,
            BATCHES,
            DROPPED,
            RESTORED,
            RESTORE_REMAINING);

    private StageMetrics() {}
}
