package dev.longstream.runs.monitoring;

import dev.longstream.evaluation.HeldOutSet;
import dev.longstream.log.LogListener;
import dev.longstream.log.Topics;
import dev.longstream.metrics.Meters;
import dev.longstream.metrics.Metric;
import dev.longstream.metrics.RunMetrics;
import dev.longstream.metrics.SamplingMetrics;
import dev.longstream.metrics.StageMetrics;
import dev.longstream.metrics.TrainingMetrics;
import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Trajectory;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.RunConfig;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** Measures what a process writes to the log, and binds the metrics of its Kafka clients. */
final class RecordMeters implements LogListener {
    private static final double MILLI = 1000;

    private final Meters meters;
    private final String prefix;
    private final MovingMean reward = new MovingMean(256);
    private final ShadowMeters shadows;
    private final Map<String, Evaluation> evaluations = new ConcurrentHashMap<>();
    private final Set<String> evaluatedSets = ConcurrentHashMap.newKeySet();
    private final Map<AutoCloseable, KafkaClientMetrics> clients = new ConcurrentHashMap<>();

    /**
     * Creates the meters of a process.
     *
     * @param prefix beginning of the names of the run's topics
     */
    RecordMeters(Meters meters, String prefix) {
        this.meters = meters;
        this.prefix = prefix;
        this.shadows = new ShadowMeters(meters);
        meters.gauge(StageMetrics.REWARD, reward::value);
    }

    /** Registers the counters of a role with 0, so that their first growth is seen. */
    void expect(String role, RunConfig config) {
        List<String> phases =
                config.scheduledPhases().stream().map(PhaseSection::name).toList();
        switch (role) {
            case "curriculum" -> {
                phases.forEach(phase -> register(StageMetrics.ASSIGNMENTS, phase, List.of("phase", "retrospective")));
                meters.counter(RunMetrics.DEAD_LETTERS, role, "prompts");
            }
            case "rollouts" -> meters.counter(RunMetrics.DEAD_LETTERS, role, "assignments");
            case "scoring" -> {
                phases.forEach(phase -> register(StageMetrics.SCORED, phase, List.of("0", "between", "1", "none")));
                meters.counter(StageMetrics.JUDGE_REQUESTS);
                meters.counter(RunMetrics.DEAD_LETTERS, role, "trajectories");
            }
            case "judge" -> meters.counter(RunMetrics.DEAD_LETTERS, role, "judge-requests");
            case "grouping" -> {
                phases.forEach(phase -> register(
                        StageMetrics.GROUPS,
                        phase,
                        Arrays.stream(GroupVerdict.values())
                                .map(RecordMeters::word)
                                .toList()));
                meters.counter(RunMetrics.DEAD_LETTERS, role, "scored");
            }
            case "batching" -> {
                phases.forEach(phase -> meters.counter(StageMetrics.BATCHES, phase));
                meters.counter(RunMetrics.DEAD_LETTERS, role, "groups");
            }
            case "evaluation" -> register(HeldOutSet.SPLIT);
            default -> {
                if (role.startsWith(Topics.SHADOW_ROLE)) {
                    shadows.expect(role.substring(Topics.SHADOW_ROLE.length()), phases);
                    meters.counter(RunMetrics.DEAD_LETTERS, role, "trajectories");
                }
            }
        }
    }

    private void register(Metric metric, String phase, List<String> values) {
        values.forEach(value -> meters.counter(metric, phase, value));
    }

    @Override
    public void onWritten(String topic, SpecificRecord record) {
        if (record instanceof Trajectory trajectory) {
            sampled(trajectory);
        } else if (record instanceof ScoredTrajectory scored) {
            scored(shadow(topic), scored);
        } else if (record instanceof Group group) {
            count(StageMetrics.GROUPS, group.getPhase(), word(group.getVerdict()));
        } else if (record instanceof Batch batch) {
            count(StageMetrics.BATCHES, batch.getPhase());
        } else if (record instanceof Assignment assignment) {
            count(StageMetrics.ASSIGNMENTS, assignment.getPhase(), draw(assignment));
        } else if (record instanceof JudgeRequest && topic.equals(prefix + "judge-requests")) {
            count(StageMetrics.JUDGE_REQUESTS);
        } else if (record instanceof DeadLetter letter && letter.getResolves() == null) {
            String shadow = shadow(topic);
            count(
                    RunMetrics.DEAD_LETTERS,
                    shadow.isEmpty() ? letter.getStage() : Topics.SHADOW_ROLE + shadow,
                    shortName(letter.getTopic()));
        } else if (record instanceof Evaluation evaluation) {
            evaluated(evaluation);
        }
    }

    private void count(Metric metric, String... labels) {
        meters.counter(metric, labels).increment();
    }

    private String shortName(String topic) {
        return topic.startsWith(prefix) ? topic.substring(prefix.length()) : topic;
    }

    /** Returns the label of a constant. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String draw(Assignment assignment) {
        return assignment.getRetrospective() == null ? "phase" : "retrospective";
    }

    private void sampled(Trajectory trajectory) {
        String worker = trajectory.getWorker();
        int tokens = trajectory.getTokens().size();
        count(SamplingMetrics.SAMPLES, worker, trajectory.getPhase(), word(trajectory.getOutcome()));
        meters.counter(SamplingMetrics.TOKENS, worker, trajectory.getPhase()).increment(tokens);
        meters.histogram(SamplingMetrics.ANSWER_LENGTH, worker).record(tokens);
        if (trajectory.getSampleIndex() == 0) {
            meters.histogram(SamplingMetrics.PROMPT_LENGTH, worker).record(trajectory.getPromptTokenCount());
        }
        Instant first = trajectory.getFirstTokenAt();
        if (first != null) {
            Instant began = trajectory.getStartedAt();
            meters.histogram(SamplingMetrics.FIRST_TOKEN, worker).record(seconds(began, first));
            meters.histogram(SamplingMetrics.DURATION, worker).record(seconds(began, trajectory.getFinishedAt()));
        }
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / MILLI;
    }

    /** Returns the shadow that writes to a topic of scores or dead letters; empty for the run itself. */
    private String shadow(String topic) {
        String name = shortName(topic);
        return name.substring(name.contains(".") ? name.indexOf('.') + 1 : name.length());
    }

    /** Takes a score of the run that another process wrote, to compare those of its shadows. */
    void read(ScoredTrajectory score) {
        shadows.ofRun(score);
    }

    private void scored(String shadow, ScoredTrajectory scored) {
        if (!shadow.isEmpty()) {
            shadows.ofShadow(shadow, scored);
            return;
        }
        shadows.ofRun(scored);
        count(StageMetrics.SCORED, scored.getPhase(), range(scored.getReward()));
        if (scored.getReward() != null) {
            reward.add(scored.getReward());
        }
    }

    /** Returns the label of a reward: its range, because a histogram takes no negative numbers. */
    static String range(@Nullable Double reward) {
        if (reward == null) {
            return "none";
        }
        if (reward == 0 || reward == 1) {
            return reward == 0 ? "0" : "1";
        }
        return reward < 0 ? "below_0" : reward > 1 ? "above_1" : "between";
    }

    private void evaluated(Evaluation evaluation) {
        evaluations.put(evaluation.getSet(), evaluation);
        register(evaluation.getSet());
    }

    /** Registers the gauges of a set of questions, once. */
    private void register(String set) {
        if (!evaluatedSets.add(set)) {
            return;
        }
        meters.gauge(TrainingMetrics.EVALUATION_REWARD, () -> newest(set, Evaluation::getReward), set);
        meters.gauge(TrainingMetrics.EVALUATION_VERSION, () -> newest(set, Evaluation::getVersion), set);
    }

    private double newest(String set, ToDoubleFunction<Evaluation> value) {
        Evaluation evaluation = evaluations.get(set);
        return evaluation == null ? Double.NaN : value.applyAsDouble(evaluation);
    }

    @Override
    public void onOpened(Producer<?, ?> producer) {
        bind(producer, new KafkaClientMetrics(producer));
    }

    @Override
    public void onOpened(Consumer<?, ?> consumer) {
        bind(consumer, new KafkaClientMetrics(consumer));
    }

    private void bind(AutoCloseable client, KafkaClientMetrics metrics) {
        metrics.bindTo(meters.registry());
        clients.put(client, metrics);
    }

    @Override
    public void onClosing(AutoCloseable client) {
        KafkaClientMetrics metrics = clients.remove(client);
        if (metrics != null) {
            metrics.close();
        }
    }
}
