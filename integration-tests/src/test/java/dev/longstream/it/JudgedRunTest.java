package dev.longstream.it;

import dev.longstream.it.MonitoringFiles.Query;
import dev.longstream.log.Topics;
import dev.longstream.metrics.JudgeMetrics;
import dev.longstream.metrics.Metric;
import dev.longstream.metrics.MetricCatalogue;
import dev.longstream.metrics.RunMetrics;
import dev.longstream.metrics.SamplingMetrics;
import dev.longstream.metrics.StageMetrics;
import dev.longstream.metrics.TrainingMetrics;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A run with a judge of its own process, watched by Prometheus, and replays of it that need what the judge said and what it has not
 * said yet.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JudgedRunTest {
    private static final Topics RUN = new Topics("judged", 2);
    private static final Topics SAME = new Topics("same", 2);
    private static final Topics OTHER = new Topics("other", 2);

    private CommandProcess trained;
    private ScrapedProcess scraped;
    private WholeRun log;
    private @Nullable PrometheusProcess prometheus; // null where it is not installed

    @BeforeAll
    void runAndReplay(@TempDir Path folder) throws Exception {
        SmallRun run = SmallRun.in(folder);
        String[] judged = {
            "--set",
            "judge.folder=" + run.judge(),
            "--set",
            "judge.worker.max-tokens=1",
            "--set",
            "evaluation.reward=max",
            "--set",
            "scoring.shadows.ruled={reward: rule}",
            "--set",
            "scoring.reward=max"
        };
        if (PrometheusProcess.isInstalled()) {
            prometheus = PrometheusProcess.start(
                    folder.resolve("prometheus"), List.of(run.runs().resolve("judged")));
        }
        trained = CommandProcess.start(folder, run.command("train", "judged", judged));
        scraped = ScrapedProcess.untilItEnds(trained, run.runs().resolve("judged/metrics"));
        assertThat(trained.exit()).as(trained.errors()).isZero();
        EndedCommand.succeed(run.replay("judged", "same", judged));
        judged[judged.length - 1] = "scoring.reward=mean"; // which needs a verdict on right answers, too
        List<String> scored = run.replay("judged", "other", judged);
        scored.addAll(List.of("--until", "scored"));
        EndedCommand.succeed(scored);
        log = new WholeRun(run.runs(), "judged");
    }

    @AfterAll
    void close() throws InterruptedException {
        if (log != null) {
            log.close();
        }
        if (prometheus != null) {
            prometheus.close();
        }
    }

    @Test
    void shouldAnswerEveryQueryOfTheDashboardAndOfTheAlerts() throws Exception {
        // Given
        assumeTrue(prometheus != null, "prometheus and promtool are not installed; no query is asked");
        List<Query> queries = new ArrayList<>(MonitoringFiles.dashboardQueries());
        for (Query rule : MonitoringFiles.ruleQueries()) {
            queries.add(new Query(rule.where(), MonitoringFiles.alsoWhileHealthy(rule.expression())));
        }
        // When
        List<Query> withoutAnswer = new ArrayList<>();
        for (Query query : queries) {
            if (prometheus.values(query.expression()).isEmpty()) {
                withoutAnswer.add(query);
            }
        }
        // Then
        assertThat(withoutAnswer).isEmpty();
        assertThat(prometheus.labelValues("run", "longstream_role_up")).containsExactly("judged");
        assertThat(prometheus.values("ALERTS{alertstate=\"firing\", alertname!~\"LongstreamDisk.*\"}"))
                .as("alerts of a healthy run")
                .isEmpty();
    }

    @Test
    void shouldTrainToItsEndAndAskOnceForEachAnswer() {
        log.verify(SmallRun.STEPS);
        List<Verdict> verdicts = log.read(RUN.verdicts());
        assertThat(verdicts).isNotEmpty();
        assertThat(verdicts.stream().filter(verdict -> verdict.getScore() != null))
                .isNotEmpty()
                .extracting(Verdict::getKey)
                .doesNotHaveDuplicates();
        assertThat(trained.output()).contains("never checked");
    }

    @Test
    void shouldServeEveryMetricOfTheCatalogueWithPlausibleValues() {
        for (Metric metric : MetricCatalogue.all()) {
            assertThat(scraped.lines(metric)).as(metric.name()).isNotEmpty();
        }
        assertThat(scraped.sum(TrainingMetrics.STEPS)).isBetween(1.0, (double) SmallRun.STEPS);
        assertThat(scraped.sum(TrainingMetrics.TOKENS)).isPositive();
        assertThat(scraped.sum(TrainingMetrics.ENTROPY)).isPositive();
        assertThat(scraped.sum(TrainingMetrics.CHECKPOINT)).isGreaterThan(1e9);
        assertThat(scraped.sum(SamplingMetrics.SAMPLES)).isGreaterThanOrEqualTo(SmallRun.GROUP_SIZE);
        assertThat(scraped.sum(SamplingMetrics.PROMPT_READ)).isPositive();
        assertThat(scraped.sum(SamplingMetrics.TIME)).isPositive();
        assertThat(scraped.sum(StageMetrics.SCORED)).isPositive();
        assertThat(scraped.sum(StageMetrics.REWARD)).isBetween(0.0, 1.0);
        assertThat(scraped.sum(StageMetrics.GROUPS)).isPositive();
        assertThat(scraped.sum(StageMetrics.BATCHES)).isPositive();
        assertThat(scraped.sum(JudgeMetrics.VERDICTS)).isPositive();
        assertThat(scraped.sum(RunMetrics.DEAD_LETTERS)).isZero();
        assertThat(scraped.sum(RunMetrics.MEMORY)).isGreaterThan(1 << 20);
        assertThat(scraped.sum(RunMetrics.DISK_FREE)).isPositive();
        assertThat(scraped.metrics()).contains("kafka_stream_", "kafka_producer_", "jvm_memory_used_bytes");
    }

    @Test
    void shouldBeHealthyThroughoutAndReadyOnceItsRolesWork() {
        assertThat(scraped.live()).containsOnly(200);
        assertThat(scraped.ready()).contains(200, 503);
        assertThat(scraped.reasons()).anyMatch(reason -> reason.contains("The run is being prepared"));
    }

    @Test
    void shouldAskNothingAgainInAReplay() {
        List<String> answered = keys(log.read(RUN.verdicts()));
        assertThat(keys(log.read(SAME.verdicts()))).containsExactlyInAnyOrderElementsOf(answered);
        assertThat(rewards(SAME)).containsExactlyInAnyOrderElementsOf(rewards(RUN));
    }

    @Test
    void shouldAskInAReplayOnlyWhatNobodyHasAsked() {
        List<String> before = keys(log.read(RUN.verdicts()));
        List<String> after = keys(log.read(OTHER.verdicts()));
        assertThat(after).containsAll(before).doesNotHaveDuplicates().hasSizeGreaterThan(before.size());
        assertThat(log.read(OTHER.scored()))
                .anyMatch(scored -> scored.getReward() != null && scored.getReward() == 0.5);
    }

    /** Returns the keys of the verdicts with a score; a failed verdict is requested again and has none. */
    private static List<String> keys(List<Verdict> verdicts) {
        return verdicts.stream()
                .filter(verdict -> verdict.getScore() != null)
                .map(Verdict::getKey)
                .toList();
    }

    private List<String> rewards(Topics topics) {
        return log.read(topics.scored()).stream()
                .map(scored -> name(scored) + " " + scored.getReward())
                .toList();
    }

    private static String name(ScoredTrajectory scored) {
        return scored.getGroupId() + "#" + scored.getSampleIndex();
    }
}
