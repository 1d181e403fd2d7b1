package dev.longstream.producers.verdicts;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.longstream.judging.JudgeConfig;
import dev.longstream.judging.JudgeEndpoint;
import dev.longstream.judging.Rubric;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogAddress;
import dev.longstream.log.ThreadRole;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.Verdict;
import dev.longstream.testing.CutProxy;
import dev.longstream.testing.CutProxy.Link;
import dev.longstream.testing.Records;
import dev.longstream.testing.ScriptedJudge;
import dev.longstream.testing.ScriptedServer.Reply;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(120)
class JudgeWorkerRestartTest {
    private static final Rubric RUBRIC = Rubric.builtIn();
    private static final Logger ROLES = (Logger) LoggerFactory.getLogger(ThreadRole.class);

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    private final ListAppender<ILoggingEvent> warnings = new ListAppender<>();

    @BeforeEach
    void noteWarnings() {
        warnings.start();
        ROLES.addAppender(warnings);
    }

    @AfterEach
    void close() {
        ROLES.detachAppender(warnings);
    }

    @Test
    void shouldGoOnWhenTheRegistryWasAwayWhileTheJudgeWasAsked() throws Exception {
        // Given
        EventLog log = BROKER.newRun("interrupted", 1);
        CountDownLatch reply = new CountDownLatch(1);
        try (CutProxy registry =
                        new CutProxy(URI.create(log.address().registryUrl()).getPort());
                ScriptedJudge judge = new ScriptedJudge(0, (call, message) -> {
                    awaitOnce(reply);
                    return Reply.says("[[YES]]");
                });
                JudgeWorker worker = new JudgeWorker(
                        behind(registry, log),
                        new JudgeEndpoint(judge.url(), "scripted", null),
                        JudgeConfig.DEFAULT,
                        RUBRIC,
                        InstantSource.system(),
                        JudgeListener.NONE)) {
            worker.start();
            TestBroker.send(log, log.topics().judgeRequests(), "key", request("first"));
            while (judge.messages().isEmpty()) {
                Thread.sleep(20);
            }
            // When
            // The worker reads a verdict, whose schema it does not know yet, before it asks a second time.
            registry.set(Link.CUT);
            TestBroker.send(
                    log,
                    log.topics().verdicts(),
                    "key",
                    Records.verdict("of another").build());
            TestBroker.send(log, log.topics().judgeRequests(), "key", request("second"));
            while (warnings.list.isEmpty()) { // of a worker that cannot go on and tries again
                Thread.sleep(20);
            }
            registry.set(Link.OPEN);
            reply.countDown();
            // Then
            while (worker.failure().isEmpty()
                    && TestBroker.values(log, log.topics().verdicts()).size() < 3) {
                Thread.sleep(100);
            }
            assertThat(worker.failure()).isEmpty();
            assertThat(TestBroker.values(log, log.topics().verdicts()))
                    .extracting(Verdict::getKey)
                    .containsExactlyInAnyOrder("of another", "first", "second");
        }
    }

    private static void awaitOnce(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static EventLog behind(CutProxy registry, EventLog log) {
        LogAddress direct = log.address();
        return new EventLog(
                new LogAddress(
                        direct.bootstrapServers(), "http://127.0.0.1:" + registry.port(), direct.clientProperties()),
                log.topics());
    }

    private static JudgeRequest request(String key) {
        return Records.judgeRequest(key)
                .setJudge("scripted")
                .setRubricDigest(RUBRIC.digest())
                .build();
    }
}
