package dev.longstream.runs.preparation;

import dev.longstream.config.ConfigurationException;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.EventLog;
import dev.longstream.record.Difficulty;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DifficultyPassesTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldRefuseAPassThatIsMissingOrNotComplete() throws Exception {
        // Given
        EventLog log = BROKER.newRun("missing", 1);
        RunConfig config = choosing("base").load().config();
        // When
        send(log, "p");
        // Then
        assertThatThrownBy(() -> DifficultyPasses.require(config, log))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContainingAll(
                        "Phase 'long'",
                        "difficulty-of: base",
                        "no complete pass",
                        "longstream difficulty",
                        "end-of-NAME");
    }

    @Test
    void shouldAcceptAPassThatIsCompleteOrThatTheRunMakes() throws Exception {
        // Given
        EventLog log = BROKER.newRun("there", 1);
        RunConfig byHand = choosing("base").load().config();
        RunConfig own = choosing("end-of-short")
                .set("phases[0].difficulty-samples=8")
                .load()
                .config();
        // When
        send(log, "p");
        send(log, "");
        // Then
        assertThatCode(() -> DifficultyPasses.require(byHand, log)).doesNotThrowAnyException();
        assertThatCode(() -> DifficultyPasses.require(own, log)).doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseAMeasurementThatNoLaterPhaseUses() {
        assertThatThrownBy(() ->
                        choosing("base").set("phases[0].difficulty-samples=8").load())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("no later phase chooses by difficulty-of: end-of-short");
    }

    private static ConfigurationLoader choosing(String pass) {
        return new ConfigurationLoader()
                .set("phases[1].retrospective.share=0.25")
                .set("phases[1].difficulty-of=" + pass);
    }

    /** Publishes the result of a question, or without one that the pass is complete. */
    private static void send(EventLog log, String promptId) throws Exception {
        Difficulty difficulty =
                Records.difficulty(promptId, 0.5).setScoredBy("base").build();
        TestBroker.send(log, log.topics().difficulty(), promptId + "#base", difficulty);
    }
}
