package dev.longstream.it;

import dev.longstream.log.EventLog;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.preparation.Preparation;
import dev.longstream.testing.SilentProgress;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

import static dev.longstream.testing.TestBroker.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A publication of questions that is interrupted and repeated. */
class PublicationTest {
    private static final int QUESTIONS = 24 + 6;

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldEndAtTheNextQuestionAndContinueWhenRepeated(@TempDir Path folder) throws Exception {
        // Given
        SmallRun run = SmallRun.in(folder);
        ResolvedConfig config = new ConfigurationLoader()
                .file(run.configuration())
                .set("model.folder=" + run.model())
                .set("dir=" + run.runs())
                .set("run=interrupted")
                .load();
        Files.createDirectories(config.config().folder());
        EventLog log = BROKER.newRun("interrupted", 2);
        AtomicInteger checked = new AtomicInteger();
        Preparation interrupted = new Preparation(config, log, new SilentProgress(), () -> {
            if (checked.incrementAndGet() == QUESTIONS / 2) {
                throw new InterruptedRunException("Ctrl-C");
            }
        });
        // When
        assertThatThrownBy(interrupted::publish).isInstanceOf(InterruptedRunException.class);
        // Then
        assertThat(checked).hasValue(QUESTIONS / 2);
        assertThat(values(log, log.topics().prompts())).hasSizeLessThan(QUESTIONS / 2);
        new Preparation(config, log, new SilentProgress()).publish();
        assertThat(values(log, log.topics().prompts())).hasSize(QUESTIONS).doesNotHaveDuplicates();
    }
}
