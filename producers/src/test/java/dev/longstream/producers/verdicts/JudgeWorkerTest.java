package dev.longstream.producers.verdicts;

import dev.longstream.judging.JudgeConfig;
import dev.longstream.judging.JudgeEndpoint;
import dev.longstream.judging.Rubric;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.Verdict;
import dev.longstream.testing.Records;
import dev.longstream.testing.ScriptedJudge;
import dev.longstream.testing.ScriptedServer.Reply;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Workers on a real broker with a judge that has every fault. */
@Timeout(120)
class JudgeWorkerTest {
    private static final JudgeConfig CONFIG = new JudgeConfig(
            8,
            Duration.ofMillis(500),
            Duration.ofSeconds(60),
            Duration.ofMillis(10),
            Duration.ofMillis(200),
            30,
            16,
            Map.of());
    private static final Rubric RUBRIC = Rubric.builtIn();

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldLoseNothingAndScoreNothingZeroThroughEveryFault() throws Exception {
        // Given
        // The right verdict is always yes, and two of three attempts meet a fault.
        EventLog log = BROKER.newRun("faults", 2);
        int questions = 60;
        Random chance = new Random(7);
        List<Reply> faults = List.of(
                Reply.raw(429, ""),
                Reply.raw(500, "oops"),
                Reply.raw(200, "garbage"),
                Reply.says("I would say YES or NO"),
                Reply.says("[[NO]]").after(2_000),
                Reply.says("[[NO]]").stalling());
        // When
        try (ScriptedJudge judge = new ScriptedJudge(0, (call, message) -> {
                    synchronized (chance) {
                        int fault = chance.nextInt(3 * faults.size() / 2);
                        return fault < faults.size() ? faults.get(fault) : Reply.says("[[YES]]");
                    }
                });
                JudgeWorker first = worker(log, new JudgeEndpoint(judge.url(), "scripted", "s3cret"));
                JudgeWorker second = worker(log, new JudgeEndpoint(judge.url(), "scripted", "s3cret"))) {
            ask(log, questions);
            first.start();
            second.start();
            // Then
            Map<String, Verdict> verdicts = await(log, questions);
            assertThat(verdicts.values()).extracting(Verdict::getScore).containsOnly(1.0);
            assertThat(verdicts.values()).extracting(Verdict::getInputTokens).allMatch(tokens -> tokens >= 100);
            assertThat(first.failure()).isEmpty();
            assertThat(second.failure()).isEmpty();
        }
    }

    @Test
    void shouldKeepToItsCapWithASlowJudge() throws Exception {
        EventLog log = BROKER.newRun("slow", 2);
        ask(log, 40);
        try (ScriptedJudge judge = new ScriptedJudge(
                        0, (call, message) -> Reply.says("[[YES]]").after(100));
                JudgeWorker worker = worker(log, new JudgeEndpoint(judge.url(), "scripted", "s3cret"))) {
            worker.start();

            await(log, 40);
            assertThat(judge.maxAtOnce()).isBetween(2, CONFIG.inFlight());
        }
    }

    @Test
    void shouldWaitForAJudgeThatRefusesConnectionsAndThenGoOn() throws Exception {
        EventLog log = BROKER.newRun("away", 2);
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        JudgeEndpoint endpoint = new JudgeEndpoint(URI.create("http://127.0.0.1:" + port + "/v1"), "scripted", null);
        ask(log, 20);
        try (JudgeWorker worker = worker(log, endpoint)) {
            worker.start();
            Thread.sleep(3_000);
            assertThat(verdicts(log)).isEmpty();
            assertThat(worker.failure()).isEmpty();

            try (ScriptedJudge judge = new ScriptedJudge(port, (call, message) -> Reply.says("[[NO]]"))) {
                assertThat(await(log, 20).values())
                        .extracting(Verdict::getScore)
                        .containsOnly(0.0);
            }
        }
    }

    @Test
    void shouldGiveBackWhatItHadNotFinishedWhenItStops() throws Exception {
        EventLog log = BROKER.newRun("stopped", 2);
        ask(log, 12);
        try (ScriptedJudge never = new ScriptedJudge(
                        0, (call, message) -> Reply.says("[[NO]]").after(30_000));
                JudgeWorker leaves = worker(log, new JudgeEndpoint(never.url(), "scripted", "s3cret"))) {
            leaves.start();
            while (never.messages().isEmpty()) {
                Thread.sleep(20);
            }
        }
        try (ScriptedJudge judge = new ScriptedJudge(0, (call, message) -> Reply.says("[[YES]]"));
                JudgeWorker stays = worker(log, new JudgeEndpoint(judge.url(), "scripted", "s3cret"))) {
            stays.start();

            assertThat(await(log, 12).values()).extracting(Verdict::getScore).containsOnly(1.0);
        }
    }

    @Test
    void shouldSayWhyThereIsNoVerdict() throws Exception {
        EventLog log = BROKER.newRun("why", 2);
        JudgeConfig hasty = new JudgeConfig(
                2,
                Duration.ofMillis(200),
                Duration.ofMillis(300),
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                2,
                16,
                Map.of());
        ask(log, 3);
        try (ScriptedJudge judge = new ScriptedJudge(0, (call, message) -> Reply.raw(500, "oops"));
                JudgeWorker worker = new JudgeWorker(
                        log,
                        new JudgeEndpoint(judge.url(), "scripted", "s3cret"),
                        hasty,
                        RUBRIC,
                        InstantSource.system(),
                        JudgeListener.NONE)) {
            worker.start();

            assertThat(await(log, 3).values()).allSatisfy(verdict -> {
                assertThat(verdict.getScore()).isNull();
                assertThat(verdict.getFailure()).contains("HTTP 500", "oops");
                assertThat(verdict.getAttempts()).isPositive();
            });
        }
    }

    @Test
    void shouldAskNothingUnderAnotherRubricOrOfAnotherJudge() throws Exception {
        EventLog log = BROKER.newRun("others", 2);
        send(log, List.of(request(0, "other", RUBRIC.digest()), request(1, "scripted", "other")));
        try (ScriptedJudge judge = new ScriptedJudge(0, (call, message) -> Reply.says("[[YES]]"));
                JudgeWorker worker = worker(log, new JudgeEndpoint(judge.url(), "scripted", "s3cret"))) {
            worker.start();

            assertThat(await(log, 2).values())
                    .extracting(Verdict::getFailure)
                    .allMatch(why -> why.contains("this worker uses"));
            assertThat(judge.messages()).isEmpty();
        }
    }

    @Test
    void shouldNotAskWhatTheLogHasAVerdictOn() throws Exception {
        // Given
        // The log has verdicts on the first five questions, one of them empty.
        EventLog log = BROKER.newRun("known", 2);
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            for (int i = 0; i < 5; i++) {
                Verdict verdict = Records.verdict(String.format("%064x", i))
                        .setScore(i == 4 ? null : 0.0)
                        .setFailure(i == 4 ? "no reply" : null)
                        .setJudge("scripted")
                        .setRubricDigest(RUBRIC.digest())
                        .build();
                producer.send(new ProducerRecord<>(log.topics().verdicts().name(), verdict.getKey(), verdict))
                        .get();
            }
        }
        ask(log, 8);
        // When
        try (ScriptedJudge judge = new ScriptedJudge(0, (call, message) -> Reply.says("[[YES]]"));
                JudgeWorker worker = worker(log, new JudgeEndpoint(judge.url(), "scripted", "s3cret"))) {
            worker.start();
            Map<String, Verdict> verdicts = await(log, 8);
            while (verdicts.values().stream().anyMatch(verdict -> verdict.getScore() == null)) {
                Thread.sleep(50);
                verdicts = verdicts(log);
            }
            // Then
            assertThat(judge.messages()).hasSize(4);
            assertThat(verdicts.values()).extracting(Verdict::getScore).containsOnly(0.0, 1.0);
            assertThat(verdicts.values().stream().filter(verdict -> verdict.getScore() == 0.0))
                    .hasSize(4);
        }
    }

    @Test
    void shouldStopLoudlyWhereTheJudgeDoesNotServeIt() throws Exception {
        EventLog log = BROKER.newRun("refused", 2);
        ask(log, 1);
        try (ScriptedJudge judge = new ScriptedJudge(0, (call, message) -> Reply.raw(404, "no such model"));
                JudgeWorker worker = worker(log, new JudgeEndpoint(judge.url(), "scripted", "s3cret"))) {
            worker.start();
            while (worker.failure().isEmpty()) {
                Thread.sleep(20);
            }
            assertThat(worker.failure().get()).hasMessageContaining("no such model");
            assertThat(verdicts(log)).isEmpty();
        }
    }

    private static JudgeWorker worker(EventLog log, JudgeEndpoint endpoint) {
        return new JudgeWorker(log, endpoint, CONFIG, RUBRIC, InstantSource.system(), JudgeListener.NONE);
    }

    private static void ask(EventLog log, int questions) throws Exception {
        send(
                log,
                IntStream.range(0, questions)
                        .mapToObj(i -> request(i, "scripted", RUBRIC.digest()))
                        .toList());
    }

    private static void send(EventLog log, List<JudgeRequest> requests) throws Exception {
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            for (JudgeRequest request : requests) {
                producer.send(new ProducerRecord<>(log.topics().judgeRequests().name(), request.getKey(), request))
                        .get();
            }
        }
    }

    private static JudgeRequest request(int number, String judge, String rubric) {
        return Records.judgeRequest(String.format("%064x", number))
                .setGroupId("p@" + number)
                .setJudge(judge)
                .setRubricDigest(rubric)
                .build();
    }

    private static Map<String, Verdict> await(EventLog log, int many) throws InterruptedException {
        while (true) {
            Map<String, Verdict> found = verdicts(log);
            if (found.size() >= many) {
                return found;
            }
            Thread.sleep(100);
        }
    }

    private static Map<String, Verdict> verdicts(EventLog log) {
        Map<String, Verdict> found = new HashMap<>();
        List<String> wrongKeys = new ArrayList<>();
        TopicReader.readAll(log, log.topics().verdicts(), record -> {
            found.put(record.key(), record.value());
            if (!record.key().equals(record.value().getKey())) {
                wrongKeys.add(record.key());
            }
        });
        assertThat(wrongKeys).isEmpty();
        return found;
    }
}
