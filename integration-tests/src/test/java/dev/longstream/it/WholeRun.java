package dev.longstream.it;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogAddress;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.record.Batch;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.audit.LogAudit;
import dev.longstream.stack.LocalStack;
import org.apache.avro.specific.SpecificRecord;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Log of a finished run. */
final class WholeRun implements AutoCloseable {
    private final LocalStack stack;
    private final EventLog log;

    /**
     * Opens the log of a run.
     *
     * @param runs folder of runs; no process may work on it
     */
    WholeRun(Path runs, String run) {
        this.stack = LocalStack.start(LocalStack.Settings.in(runs.resolve("stack")));
        this.log = new EventLog(
                new LogAddress(stack.bootstrapServers(), stack.registryUrl(), stack.clientProperties()),
                new Topics(run, 2));
    }

    EventLog log() {
        return log;
    }

    /** Returns the log of another run on the same broker. */
    EventLog log(Topics topics) {
        return new EventLog(log.address(), topics);
    }

    <V extends SpecificRecord> List<V> read(Topic<V> topic) {
        List<V> found = new ArrayList<>();
        TopicReader.readAll(log, topic, record -> found.add(record.value()));
        return found;
    }

    /** Every batch trained once, every version made and announced once, every version evaluated once; all accounted for. */
    Ledger verify(int steps) {
        Ledger ledger = verifyTraining(steps);
        for (Evaluation evaluation : read(log.topics().evaluations())) {
            verifyAnswers(evaluation);
        }
        return ledger;
    }

    /** Verifies the same as {@link #verify}, without the answers to held-out questions. */
    Ledger verifyTraining(int steps) {
        Topics topics = log.topics();
        List<Step> trained = read(topics.steps());
        assertThat(trained)
                .extracting(Step::getVersion)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, steps).boxed().toList());
        assertThat(trained)
                .extracting(Step::getBatch)
                .containsExactlyElementsOf(LongStream.range(0, steps).boxed().toList());
        assertThat(trained).allSatisfy(step -> assertThat(step.getStalenessMax())
                .as("version %d", step.getVersion())
                .isLessThanOrEqualTo(SmallRun.MAX_STALENESS));
        assertThat(read(topics.batches()))
                .extracting(Batch::getBatch)
                .startsWith(LongStream.range(0, steps).boxed().toArray(Long[]::new))
                .doesNotHaveDuplicates();
        assertThat(read(topics.weights()))
                .extracting(Weights::getVersion)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, steps).boxed().toList());
        assertThat(read(topics.evaluations()))
                .extracting(Evaluation::getLabel)
                .containsExactlyInAnyOrder("before-training", "after-warm-up", "end of short", "after-rl");
        Ledger ledger = LogAudit.of(log);
        assertThat(ledger.closes()).as(String.join("\n", ledger.lines())).isTrue();
        return ledger;
    }

    /** Every question of an evaluation has one answer, and the answers have its reward. */
    void verifyAnswers(Evaluation evaluation) {
        assertThat(read(log.topics().heldOutAnswers()).stream()
                        .filter(answer -> answer.getLabel().equals(evaluation.getLabel()))
                        .mapToDouble(answer -> Objects.requireNonNull(answer.getReward()))
                        .summaryStatistics())
                .as("answers of %s", evaluation.getLabel())
                .satisfies(rewards -> {
                    assertThat(rewards.getCount()).isEqualTo(evaluation.getQuestions());
                    assertThat(rewards.getAverage()).isCloseTo(evaluation.getReward(), within(1e-12));
                });
    }

    @Override
    public void close() {
        stack.close();
    }
}
