package dev.longstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Demonstration;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Weights;
import dev.longstream.runs.lineage.AnswerLineage;
import dev.longstream.runs.lineage.Lineage;
import dev.longstream.runs.lineage.StepLineage;
import dev.longstream.runs.lineage.TracedAnswer;
import dev.longstream.runs.lineage.TracedTokens;
import dev.longstream.testing.ScriptedJudge;
import dev.longstream.testing.ScriptedServer.Reply;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** A run, the same again from its answers alone with shadows beside it, and another objective on them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayTest {
    private static final Topics RUN = new Topics("origin", 2);
    private static final Topics SAME = new Topics("same", 2);
    private static final Topics OTHER = new Topics("other", 2);
    private static final Topics GROUPS = new Topics("groups", 2);
    private static final HexFormat HEX = HexFormat.of();

    private static final String TWIN = "scoring.shadows.twin={}";
    private static final String WITHOUT_KEY =
            "scoring.shadows.keyless={reward: judge, judge: {url: 'http://127.0.0.1:1/v1',"
                    + " model: scripted, api-key-variable: KEY_THAT_NOBODY_HAS}}";
    private static final String STRICT = "scoring.shadows.strict={components: {length: {from: 0, to: 8, weight: 0.5}}}";

    private EndedCommand replayed;
    private EndedCommand shadowed;
    private Path runs;
    private EndedCommand stopped;
    private EndedCommand compared;
    private WholeRun log;

    @BeforeAll
    void runAndReplay(@TempDir Path folder) throws Exception {
        SmallRun run = SmallRun.in(folder);
        EndedCommand.succeed(run.command("train", "origin"));
        runs = run.runs();
        try (ScriptedJudge judge = new ScriptedJudge(
                0, (call, message) -> Reply.says(message.hashCode() % 2 == 0 ? "[[YES]]" : "[[NO]]"))) {
            String[] beside = {"--set", TWIN, "--set", judged("opinion", judge), "--set", WITHOUT_KEY};
            replayed = EndedCommand.succeed(run.replay("origin", "same", beside));
            List<String> later = run.command(
                    "run", "same", "shadows", "--set", TWIN, "--set", judged("opinion", judge), "--set", STRICT);
            Path state = runs.resolve("same").resolve("streams").resolve("same.shadow.strict.scoring");
            CommandProcess.startUntil(state, folder, later).kill();
            shadowed = EndedCommand.succeed(later);
        }
        EndedCommand.succeed(run.replay("origin", "other", "--set", "objective.loss.aggregation=sequence-mean"));
        stopped = EndedCommand.succeed(run.replay("origin", "groups", "--until", "groups"));
        compared = EndedCommand.succeed(
                List.of("diff", "origin", "other", "--dir", run.runs().toString()));
        log = new WholeRun(run.runs(), "same");
    }

    @AfterAll
    void close() {
        if (log != null) {
            log.close();
        }
    }

    @Test
    void shouldGiveTheSameBytesUnderTheSameConfiguration() {
        assertThat(bytes(SAME.trajectories())).isEqualTo(bytes(RUN.trajectories()));
        assertThat(bytes(SAME.assignments())).isEqualTo(bytes(RUN.assignments()));
        assertThat(bytes(SAME.scored())).isEqualTo(bytes(RUN.scored()));
        assertThat(bytes(SAME.groups())).isEqualTo(bytes(RUN.groups()));
        // One partition, written by the tasks of two: their order there is that of arrival, and nothing goes by it.
        assertThat(bytes(SAME.rejectedGroups()).get(0))
                .containsExactlyInAnyOrderElementsOf(bytes(RUN.rejectedGroups()).get(0));
    }

    /** A manifest holds addresses of its own log's groups; what lies there is the same. */
    @Test
    void shouldPutTheSameGroupsInTheSameBatches() {
        List<List<String>> same = manifests(SAME);

        assertThat(same).hasSizeGreaterThanOrEqualTo(SmallRun.STEPS).isEqualTo(manifests(RUN));
    }

    @Test
    void shouldMakeTheSameWeights() {
        assertThat(digests(SAME)).hasSize(SmallRun.STEPS + 1).isEqualTo(digests(RUN));
    }

    @Test
    void shouldTakeDemonstrationsOfBothKindsOver() {
        assertThat(log.read(SAME.demonstrations()))
                .extracting(Demonstration::getSource)
                .contains("written.jsonl:1", "written.jsonl:2")
                .hasSize(18);
    }

    @Test
    void shouldSampleNothing() {
        assertThat(log.read(SAME.trajectories()))
                .extracting(Trajectory::getRun)
                .isNotEmpty()
                .containsOnly("origin");
        assertThat(replayed.output()).contains("a replay of origin", "it closes");
    }

    @Test
    void shouldTrainAnotherObjectiveFromTheSameStart() {
        assertThat(groupIds(OTHER)).isEqualTo(groupIds(RUN));
        assertThat(digests(OTHER))
                .hasSize(SmallRun.STEPS + 1)
                .startsWith(digests(RUN).get(0));
        assertThat(digests(OTHER).get(1)).isNotEqualTo(digests(RUN).get(1));
    }

    @Test
    void shouldKeepTheFaultsOfAShadowFromTheRun() {
        assertThat(replayed.errors())
                .contains("The shadow keyless stands still", "the run goes on without it", "KEY_THAT_NOBODY_HAS")
                .contains("The shadow keyless has scored ");
        assertThat(replayed.output()).contains("it closes");
    }

    @Test
    void shouldScoreEveryAnswerOnceByAShadowThatBeganAfterTheRunAndWasKilled() {
        // Given
        List<String> answers = answers(SAME);
        // Then
        assertThat(answers(SAME.ofShadow("strict"))).doesNotHaveDuplicates().hasSameElementsAs(answers);
        assertThat(answers(SAME.ofShadow("opinion"))).doesNotHaveDuplicates().hasSameElementsAs(answers);
        assertThat(shadowed.errors())
                .contains("The shadow strict has scored " + answers.size() + " of " + answers.size() + " answers.");
    }

    @Test
    void shouldAgreeInEverythingWithAShadowOfTheSameReward() throws Exception {
        // When
        JsonNode twin = comparison("twin");
        // Then
        assertThat(twin.at("/uncompared").asInt()).isZero();
        assertThat(twin.at("/slices/0/answers/share").asDouble()).isEqualTo(1);
        assertThat(twin.at("/slices/0/groups/keptByRun").asInt()
                        + twin.at("/slices/0/groups/keptByShadow").asInt())
                .isZero();
        assertThat(twin.at("/batches/equal").asInt())
                .isGreaterThanOrEqualTo(SmallRun.STEPS)
                .isEqualTo(twin.at("/batches/ofRun").asInt())
                .isEqualTo(twin.at("/batches/ofShadow").asInt());
        assertThat(twin.at("/batches/minCosine").asDouble()).isCloseTo(1, within(1e-9));
        assertThat(twin.at("/judge").isNull()).isTrue();
    }

    @Test
    void shouldSayWhatAnotherRewardWouldHaveChangedAndWhatItsJudgeCost() throws Exception {
        // When
        JsonNode strict = comparison("strict");
        JsonNode opinion = comparison("opinion");
        // Then
        assertThat(strict.at("/slices/0/answers/runHigher").asInt()).isPositive();
        assertThat(strict.at("/slices").findValuesAsText("name")).contains("short", "long");
        assertThat(opinion.at("/batches/meanCosine").asDouble()).isLessThan(1);
        assertThat(opinion.at("/judge/attempts").asInt()).isPositive();
        assertThat(opinion.at("/judge/inputTokens").asInt()).isPositive();
        assertThat(opinion.at("/judge/seconds").isNumber()).isTrue();
        assertThat(text("topics", "--run", "same", "--dir", runs.toString()))
                .contains("same.scored.strict", "same.verdicts.keyless");
    }

    private static String judged(String shadow, ScriptedJudge judge) {
        return "scoring.shadows." + shadow + "={reward: judge, judge: {url: '" + judge.url() + "', model: scripted}}";
    }

    private List<String> answers(Topics topics) {
        return log.read(topics.scored()).stream()
                .map(scored -> scored.getGroupId() + "#" + scored.getSampleIndex())
                .toList();
    }

    private JsonNode comparison(String shadow) throws Exception {
        return new ObjectMapper()
                .readTree(text("compare", "same", "--with", shadow, "--json", "--dir", runs.toString()));
    }

    /** Runs a command beside the broker that is open here. */
    private static String text(String... command) {
        return EndedCommand.succeed(List.of(command)).output();
    }

    @Test
    void shouldStopAfterTheGroupsAndTrainNothing() {
        assertThat(bytes(GROUPS.scored())).isEqualTo(bytes(RUN.scored()));
        assertThat(bytes(GROUPS.groups())).isEqualTo(bytes(RUN.groups()));
        assertThat(log.read(GROUPS.batches())).isEmpty();
        assertThat(log.read(GROUPS.weights())).isEmpty();
        assertThat(stopped.output())
                .contains(log.read(RUN.groups()).size() + " groups kept, "
                        + log.read(RUN.rejectedGroups()).size() + " rejected");
    }

    @Test
    void shouldReportThatTheOtherObjectiveChangedTheStepsAlone() {
        assertThat(compared.output())
                .contains("on the same answers", " 0 raised, 0 lowered", "0 kept only in other")
                .contains("the first that differs makes version 1");
    }

    @Test
    void shouldTraceEachStepToItsTokensAndBack() {
        try (Lineage origin = new Lineage(log.log(RUN));
                Lineage same = new Lineage(log.log(SAME))) {
            for (long version : List.of(1L, (long) SmallRun.STEPS)) {
                StepLineage step = same.whole(same.step(version));
                StepLineage source = origin.whole(origin.step(version));
                assertThat(step.missing()).isEmpty();
                assertThat(step.answers()).hasSize(SmallRun.BATCH_SIZE * SmallRun.GROUP_SIZE);
                assertThat(tokens(step)).isEqualTo(tokens(source));
                assertThat(step.sampledBy()).isEqualTo(source.sampledBy()).allSatisfy(each -> {
                    assertThat(each.run()).isEqualTo("origin");
                    assertThat(each.digest()).isNotNull();
                });
                assertThat(step.prompts()).allSatisfy(prompt -> assertThat(prompt.documents())
                        .isNotEmpty()
                        .allSatisfy(document -> assertThat(document.place()).isNotNull()));
            }
            StepLineage step = same.whole(same.step(3));
            for (TracedAnswer answer : step.answers()) {
                AnswerLineage back = same.answer(answer.id());
                assertThat(back.answer()).isEqualTo(answer);
                assertThat(back.path().version()).isEqualTo(3);
                assertThat(back.sampled().ids()).hasSize(answer.tokens().count());
                TracedTokens.VersionSpan span = answer.tokens().spans().get(0);
                assertThat(origin.version(span.version()).answers())
                        .anyMatch(part -> part.id().equals(answer.id()) && part.tokens() == span.tokens());
            }
        }
    }

    private static List<String> tokens(StepLineage step) {
        return step.answers().stream()
                .map(answer -> answer.id() + " " + answer.tokens() + " " + answer.text())
                .toList();
    }

    private List<String> digests(Topics topics) {
        return log.read(topics.weights()).stream().map(Weights::getDigest).toList();
    }

    /** Returns the group ids of each batch, for runs whose groups differ in the digest of their configuration. */
    private List<List<String>> groupIds(Topics topics) {
        return log.read(topics.batches()).subList(0, SmallRun.STEPS).stream()
                .map(batch ->
                        batch.getGroups().stream().map(BatchGroup::getGroupId).toList())
                .toList();
    }

    /** Returns the encoded group records of each batch, in hexadecimal. */
    private List<List<String>> manifests(Topics topics) {
        Map<RecordRef, String> groups = new HashMap<>();
        records(topics.groups())
                .forEach(record ->
                        groups.put(new RecordRef(record.partition(), record.offset()), HEX.formatHex(record.value())));
        List<Batch> batches = log.read(topics.batches());
        return batches.subList(0, SmallRun.STEPS).stream()
                .map(batch -> batch.getGroups().stream()
                        .map(BatchGroup::getGroup)
                        .map(groups::get)
                        .toList())
                .toList();
    }

    /** Key and value of each record, by partition, in order. */
    private List<List<String>> bytes(Topic<?> topic) {
        List<List<String>> partitions = IntStream.range(0, topic.partitions())
                .<List<String>>mapToObj(partition -> new ArrayList<>())
                .toList();
        records(topic)
                .forEach(record ->
                        partitions.get(record.partition()).add(record.key() + " " + HEX.formatHex(record.value())));
        assertThat(partitions).as(topic.name()).anySatisfy(found -> assertThat(found)
                .isNotEmpty());
        return partitions;
    }

    private List<ConsumerRecord<String, byte[]>> records(Topic<?> topic) {
        Map<String, Object> settings = new HashMap<>(log.log().clientSettings());
        settings.put("isolation.level", "read_committed");
        settings.put("auto.offset.reset", "earliest");
        List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, topic.partitions())
                    .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
            }
        }
        return found;
    }
}
