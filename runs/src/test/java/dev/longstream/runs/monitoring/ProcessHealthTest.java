package dev.longstream.runs.monitoring;

import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class ProcessHealthTest {
    private final ProcessHealth health = new ProcessHealth("the process is starting");
    private final FakeRole scoring = new FakeRole("scoring");

    @Test
    void shouldLiveButNotBeReadyWhileItPrepares() {
        // Given
        assertThat(health.ready().problems()).containsExactly("the process is starting");
        // When
        health.prepares("The role scoring waits: there is no topic try.scored");
        // Then
        assertThat(health.live().problems()).isEmpty();
        assertThat(health.ready().problems()).containsExactly("The role scoring waits: there is no topic try.scored");
    }

    @Test
    void shouldBeReadyOnceItsRoleWorks() {
        // When
        health.started(scoring);
        // Then
        assertThat(health.ready().problems()).isEmpty();
        assertThat(health.ready().roles()).isEqualTo(Map.of("scoring", "works"));
    }

    @Test
    void shouldNameWhatARoleWaitsFor() {
        // Given
        health.started(scoring);
        // When
        scoring.waitsFor = "the stage scoring is REBALANCING";
        // Then
        assertThat(health.live().problems()).isEmpty();
        assertThat(health.ready().problems())
                .containsExactly("The role scoring waits: the stage scoring is REBALANCING");
        assertThat(health.ready().roles()).isEqualTo(Map.of("scoring", "waits"));
    }

    @Test
    void shouldNameABrokerThatDoesNotAnswer() {
        // Given
        health.started(scoring);
        // When
        health.connection("The broker b:9092 does not answer");
        // Then
        assertThat(health.live().problems()).isEmpty();
        assertThat(health.ready().problems()).containsExactly("The broker b:9092 does not answer");
        health.connection(null);
        assertThat(health.ready().problems()).isEmpty();
    }

    @Test
    void shouldNotLiveWithARoleThatFailed() {
        // Given
        health.started(scoring);
        health.started(new FakeRole("grouping"));
        // When
        scoring.failure = new IllegalStateException("the disk is full");
        // Then
        assertThat(health.live().problems()).containsExactly("The role scoring stopped: the disk is full");
        assertThat(health.ready().problems()).containsExactly("The role scoring stopped: the disk is full");
        assertThat(health.live().roles()).isEqualTo(Map.of("grouping", "works", "scoring", "failed"));
    }

    @Test
    void shouldNotLiveWithARoleThatStandsStill() {
        // Given
        health.started(scoring);
        // When
        health.stalled("scoring", "The role scoring has processed nothing for 300 s");
        // Then
        assertThat(health.live().problems()).containsExactly("The role scoring has processed nothing for 300 s");
        assertThat(health.live().roles()).isEqualTo(Map.of("scoring", "stalled"));
        health.stalled("scoring", null);
        assertThat(health.live().problems()).isEmpty();
    }

    @Test
    void shouldForgetRolesThatHaveEnded() {
        // Given
        health.started(scoring);
        scoring.failure = new IllegalStateException("closed");
        // When
        health.ended("The report is being written");
        // Then
        assertThat(health.live().problems()).isEmpty();
        assertThat(health.ready().problems()).containsExactly("The report is being written");
    }

    @Test
    void shouldTellOfTwoWorkersTheOneThatDoesNotWork() {
        // Given
        FakeRole second = new FakeRole("rollouts");
        second.waitsFor = "the first policy version";
        // When
        health.started(new FakeRole("rollouts"));
        health.started(second);
        // Then
        assertThat(health.ready().roles()).isEqualTo(Map.of("rollouts", "waits"));
    }
}
