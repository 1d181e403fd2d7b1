package dev.longstream.metrics;

import java.util.List;

import static dev.longstream.metrics.MetricOwner.EVALUATION;
import static dev.longstream.metrics.MetricOwner.TRAINER;

/** Metrics of the trainer and of the evaluation of its versions. */
public final class TrainingMetrics {
    public static final Metric STEPS = Metric.counter(
                    "rl.train.steps", TRAINER, "Gradient steps that this process made durable.")
            .by("phase");

    public static final Metric TOKENS = Metric.counter(
                    "rl.train.tokens", TRAINER, "Answer tokens trained on; their rate is the tokens trained a second.")
            .by("phase");

    public static final Metric PROMPT_TOKENS = Metric.counter(
                    "longstream.train.prompt", TRAINER, "Prompt tokens read by training, each prompt once a step.")
            .in("tokens")
            .by("phase");

    public static final Metric LOOP_DURATION = Metric.histogram(
                    "rl.loop.duration", TRAINER, "Time of a whole step, from the wait for its batch to its checkpoint.")
            .in("seconds");

    public static final Metric DURATION = Metric.histogram(
                    "rl.train.duration",
                    TRAINER,
                    "Time of a step's forward and backward passes and its updates of the weights.")
            .in("seconds");

    public static final Metric TIME = Metric.counter(
                    "longstream.train.time",
                    TRAINER,
                    "Time of the trainer by part: wait (for a batch), fetch, forward-backward, optimizer, checkpoint."
                            + " Wait is idle.")
            .in("seconds")
            .by("part");

    public static final Metric VERSION = Metric.gauge(
            "longstream.train.version",
            TRAINER,
            "Policy version that the newest step made, which is also the number of steps of the run.");

    public static final Metric PHASE =
            Metric.gauge("longstream.train.phase", TRAINER, "Index of the newest step's phase; 0 is the first.");

    public static final Metric LOSS = Metric.gauge("rl.train.loss", TRAINER, "Objective of the newest step.");

    public static final Metric REWARD = Metric.gauge(
            "longstream.train.reward",
            TRAINER,
            "Mean reward of the newest step's answers; without rejected groups, so it is not the policy's reward.");

    public static final Metric ENTROPY = Metric.gauge(
                    "longstream.train.entropy",
                    TRAINER,
                    "Mean entropy of the policy's next-token distributions in the newest step.")
            .in("nats");

    public static final Metric KL = Metric.gauge(
                    "longstream.train.kl",
                    TRAINER,
                    "KL divergence from the reference policy, in the newest step that measured it (trainer.kl-every).")
            .in("nats");

    public static final Metric MISMATCH_KL = Metric.gauge(
                    "longstream.train.mismatch.kl",
                    TRAINER,
                    "KL divergence between sampler and trainer on tokens of the same version, in the newest step that"
                            + " had some.")
            .in("nats");

    public static final Metric RATIO =
            Metric.gauge("longstream.train.ratio.mean", TRAINER, "Mean importance ratio of the newest step's tokens.");

    public static final Metric RATIO_MAX = Metric.gauge(
            "longstream.train.ratio.highest", TRAINER, "Largest importance ratio of a token of the newest step.");

    public static final Metric CLIP = Metric.gauge(
            "longstream.train.clip.fraction",
            TRAINER,
            "Share of the newest step's tokens whose gradient the clip removed.");

    public static final Metric GRADIENT_NORM = Metric.gauge(
            "longstream.train.gradient.norm",
            TRAINER,
            "Global 2-norm of the newest step's gradient before clipping, mean over its updates.");

    public static final Metric LEARNING_RATE =
            Metric.gauge("longstream.train.learning.rate", TRAINER, "Learning rate of the newest step.");

    public static final Metric TRUNCATED = Metric.gauge(
            "longstream.train.truncated.fraction",
            TRAINER,
            "Share of the newest step's answers that the length limit cut.");

    public static final Metric STALENESS = Metric.histogram(
                    "longstream.train.staleness",
                    TRAINER,
                    "Staleness of an answer's oldest token when it is trained; one observation an answer.")
            .in("steps");

    public static final Metric ANSWER_LENGTH = Metric.histogram(
                    "longstream.train.answer", TRAINER, "Tokens of an answer that is trained on.")
            .in("tokens");

    public static final Metric CHECKPOINT = Metric.gauge(
                    "longstream.checkpoint.timestamp",
                    TRAINER,
                    "Unix time of the newest checkpoint; its age is time() minus this.")
            .in("seconds");

    public static final Metric EVALUATION_REWARD = Metric.gauge(
                    "rl.environment.reward.mean",
                    EVALUATION,
                    "Mean reward of the newest evaluation of a set of questions, held-out or validation.")
            .by("set");

    public static final Metric EVALUATION_VERSION = Metric.gauge(
                    "longstream.evaluation.version",
                    EVALUATION,
                    "Policy version of the newest evaluation of a set of questions; -1 for the weights before the"
                            + " warm-up.")
            .by("set");

    static final List<Metric> ALL = List.of(
            STEPS,
            TOKENS,
            PROMPT_TOKENS,
            LOOP_DURATION,
            DURATION,
            TIME,
            VERSION,
            PHASE,
            LOSS,
            REWARD,
            ENTROPY,
            KL,
            MISMATCH_KL,
            RATIO,
            RATIO_MAX,
            CLIP,
            GRADIENT_NORM,
            LEARNING_RATE,
            TRUNCATED,
            STALENESS,
            ANSWER_LENGTH,
            CHECKPOINT,
            EVALUATION_REWARD,
            EVALUATION_VERSION);

    private TrainingMetrics() {}
}
