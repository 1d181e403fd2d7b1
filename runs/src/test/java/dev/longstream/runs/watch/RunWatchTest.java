package dev.longstream.runs.watch;

import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.failure.RunStalledException;
import dev.longstream.runs.monitoring.FakeRole;
import dev.longstream.testing.SilentProgress;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RunWatchTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldTakeARunForStalledOnlyWhenNoRoleWorksOnALongStep(@TempDir Path folder) throws Exception {
        // Given
        RunConfig config =
                new ConfigurationLoader().set("stall-after=1s").load().config();
        FakeRole trainer = new FakeRole("trainer");
        UsageClock usage = UsageClock.start(folder.resolve("usage.json"));
        try (RunWatch watch =
                new RunWatch(BROKER.newRun("long-step", 1), config, new SilentProgress(), usage, 5, "digest")) {
            // When
            for (int microBatch = 0; microBatch < 3; microBatch++) {
                trainer.work();
                watch.lookAtEnds(List.of(trainer), trainer);
                Thread.sleep(config.stallAfter().toMillis());
            }
            // Then
            assertThatThrownBy(() -> watch.lookAtEnds(List.of(trainer), trainer))
                    .isInstanceOf(RunStalledException.class)
                    .hasMessageContaining("work of trainer");
        }
    }
}
