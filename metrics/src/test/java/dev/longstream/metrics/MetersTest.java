package dev.longstream.metrics;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MetersTest {
    private final Meters meters = new Meters("try");

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void shouldCountObservationsByUpperBound() {
        // Given
        var staleness = meters.histogram(TrainingMetrics.STALENESS);
        // When
        staleness.record(0);
        staleness.record(1);
        staleness.record(5);
        // Then
        assertThat(meters.scrape())
                .contains(
                        "longstream_train_staleness_steps_bucket{run=\"try\",le=\"0.5\"} 1",
                        "longstream_train_staleness_steps_bucket{run=\"try\",le=\"1.0\"} 2",
                        "longstream_train_staleness_steps_bucket{run=\"try\",le=\"6.0\"} 3",
                        "longstream_train_staleness_steps_sum{run=\"try\"} 6.0");
    }

    @Test
    void shouldReadAGaugeWhenItIsAskedFor() {
        // Given
        double[] value = {1};
        meters.gauge(TrainingMetrics.VERSION, () -> value[0]);
        // When
        value[0] = 7;
        // Then
        assertThat(meters.scrape()).contains("longstream_train_version{run=\"try\"} 7.0");
    }

    @Test
    void shouldReadACounterAfterTheCollectorHasRun() {
        // Given
        double[] value = {1};
        meters.counter(RunMetrics.ROLE_WORK, () -> value[0], "trainer");
        // When
        System.gc();
        value[0] = 7;
        // Then
        assertThat(meters.scrape()).contains("longstream_role_work_total{role=\"trainer\",run=\"try\"} 7.0");
    }

    @Test
    void shouldRefuseLabelsThatTheCatalogueDoesNotHave() {
        assertThatThrownBy(() -> meters.counter(TrainingMetrics.STEPS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rl.train.steps has the labels [phase], but 0 values were given");
        assertThatThrownBy(() -> meters.counter(TrainingMetrics.LOSS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rl.train.loss is a GAUGE, not a COUNTER");
    }

    @Test
    void shouldAddTheMetricsOfJavaAndOfTheProcess() {
        // When
        meters.bindProcess();
        // Then
        assertThat(meters.scrape())
                .contains("jvm_memory_used_bytes{", "jvm_threads_live_threads{", "process_files_open_files{");
    }
}
