package dev.longstream.runs.shadows;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicAdmin;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.ForkPoint;
import dev.longstream.record.PromotedReward;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.log.ControlTopic;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PromotionOrderTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    private static int runs;

    private ResolvedConfig resolved;
    private EventLog log;

    @BeforeEach
    void createTopics(@TempDir Path folder) throws Exception {
        resolved = new ConfigurationLoader()
                .file(
                        Files.writeString(
                                folder.resolve("run.yaml"),
                                """
                        scoring: {shadows: {strict: {}}}
                        phases:
                          - {name: short, longer-than: 0, up-to: 100, steps: 2}
                          - {name: middle, longer-than: 100, up-to: 200, steps: 2}
                          - {name: long, longer-than: 200, up-to: 300, steps: 2}
                        """))
                .load();
        log = BROKER.newRun("run-" + runs++, 1);
        new TopicAdmin(log.ofShadow("strict"), resolved.config().log().replication()).createAll();
    }

    @Test
    void shouldPromoteFromTheNextPhaseOn() {
        // When
        Control command = command(null);
        // Then
        assertThat(command.getPhase()).isEqualTo("middle");
        assertThat(command.getPromoted()).isEqualTo(new PromotedReward("strict", resolved.shadowDigest("strict")));
    }

    @Test
    void shouldCountThePhasesThatHadBegunInTheRunThatAForkContinues() {
        // Given
        ControlTopic.write(
                log,
                Records.control(ControlCommand.START)
                        .setFork(new ForkPoint(
                                "other",
                                3L,
                                "digest",
                                List.of(8L, 4L, 0L),
                                List.of(0L, 0L, 0L),
                                List.of(2L, 4L, 6L),
                                List.of()))
                        .build());
        // When
        Control next = command(null);
        // Then
        assertThat(next.getPhase()).isEqualTo("long");
        assertThatThrownBy(() -> command("middle"))
                .isInstanceOf(WrongUseException.class)
                .hasMessageContaining("phase middle has begun, expected one that has not begun: long");
    }

    @Test
    void shouldRefuseAPromotionInARunThatWasStopped() {
        // Given
        ControlTopic.write(log, Records.control(ControlCommand.STOP).build());
        // Then
        assertThatThrownBy(() -> command(null)).hasMessageContaining("the run was stopped");
    }

    private Control command(@Nullable String phase) {
        return new PromotionOrder(resolved, log, "strict").command(phase, "ada", "it is better");
    }
}
