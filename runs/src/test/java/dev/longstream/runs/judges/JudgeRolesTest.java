package dev.longstream.runs.judges;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.producers.verdicts.JudgeListener;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.PromotedReward;
import dev.longstream.record.Verdict;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.log.ControlTopic;
import dev.longstream.runs.shadows.Shadows;
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
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks which judges answer the requests of a run whose shadow has another judge. */
@Timeout(300)
class JudgeRolesTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    Path folder;

    @Test
    void shouldAskTheJudgeOfAShadowFromItsPromotionOn() throws Exception {
        EventLog log = BROKER.newRun("judges", 2);
        try (ScriptedJudge own = new ScriptedJudge(0, (call, message) -> Reply.says("[[NO]]"));
                ScriptedJudge other = new ScriptedJudge(0, (call, message) -> Reply.says("[[YES]]"))) {
            // Given
            ResolvedConfig resolved = resolved(
                    """
                    scoring:
                      reward: judge
                      shadows: {big: {judge: {url: '%s', model: big}}}
                    judge: {url: '%s', model: own}
                    """
                            .formatted(other.url(), own.url()));
            RunConfig config = resolved.config();
            Shadows.configureQueues(config, log);
            ask(log, "own", Objects.requireNonNull(Judges.asked(config)));
            ask(
                    log,
                    "other",
                    Objects.requireNonNull(Judges.asked(config.shadows().get("big"))));
            JudgeRoles judges = new JudgeRoles(log, config, Map.of(), model -> JudgeListener.NONE);
            try (judges) {
                judges.start();
                assertThat(await(log, 1, judges)).containsExactly(Map.entry("own", 0.0));
                assertThat(other.messages()).isEmpty();
                // When
                ControlTopic.write(
                        log,
                        Records.control(ControlCommand.PROMOTE)
                                .setPhase("long")
                                .setPromoted(new PromotedReward("big", resolved.shadowDigest("big")))
                                .build());
                // Then
                assertThat(await(log, 2, judges)).isEqualTo(Map.of("own", 0.0, "other", 1.0));
                assertThat(own.messages()).hasSize(1);
                assertThat(judges.failure()).isEmpty();
            }
        }
    }

    private ResolvedConfig resolved(String yaml) throws Exception {
        return new ConfigurationLoader()
                .file(Files.writeString(folder.resolve("run.yaml"), yaml))
                .load();
    }

    private static void ask(EventLog log, String key, AskedJudge judge) throws Exception {
        JudgeRequest request = Records.judgeRequest(key)
                .setJudge(judge.model())
                .setRubricDigest(judge.rubricDigest())
                .build();
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            producer.send(new ProducerRecord<>(log.topics().judgeRequests().name(), key, request))
                    .get();
        }
    }

    private static Map<String, Double> await(EventLog log, int count, JudgeRoles judges) throws Exception {
        Map<String, Double> scores = new TreeMap<>();
        try (TopicReader<Verdict> verdicts = new TopicReader<>(log, log.topics().verdicts())) {
            while (scores.size() < count) {
                assertThat(judges.failure()).isEmpty();
                verdicts.readToEnd(
                        record -> scores.put(record.key(), record.value().getScore()));
                Thread.sleep(50);
            }
        }
        return scores;
    }
}
