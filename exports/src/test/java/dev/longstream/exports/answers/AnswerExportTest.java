package dev.longstream.exports.answers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.exports.answers.AnswerExport.ExportedAnswers;
import dev.longstream.exports.answers.AnswerExport.Selection;
import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.producers.following.RunFolderFiles;
import dev.longstream.producers.rendering.PromptForm;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.questions.DocumentText;
import dev.longstream.questions.parquet.ParquetRows;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.Outcome;
import dev.longstream.record.RecordRef;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class AnswerExportTest {
    private static final AtomicInteger RUNS = new AtomicInteger();
    /** The chat template of the policy opens a thought, which every answer continues. */
    private static final String THOUGHT = "<think>\n";

    private static final DocumentText DOCUMENT = new DocumentText("", "Ada");

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    Path folder;

    private EventLog log;
    private PolicyFolder policy;
    private Tokenizer tokenizer;
    private KafkaProducer<String, SpecificRecord> producer;
    private long sent;

    @BeforeEach
    void open() {
        log = BROKER.newRun("answers-" + RUNS.incrementAndGet(), 1);
        policy = PolicyFolder.open(Path.of("..", "models", "quickstart"));
        tokenizer = policy.tokenizer();
        producer = log.producer(Map.of());
        send(
                log.topics().documents(),
                DOCUMENT.digest(),
                Records.document(DOCUMENT.digest(), DOCUMENT.text()).build());
        send(
                log.topics().prompts(),
                "p",
                Records.prompt("p").setDocuments(List.of(DOCUMENT.digest())).build());
    }

    @AfterEach
    void close() {
        producer.close();
        tokenizer.close();
        policy.close();
    }

    private <V extends SpecificRecord> void send(Topic<V> topic, String key, V value) {
        producer.send(new ProducerRecord<>(topic.name(), key, value));
    }

    /** Writes a group and its answers; an answer of a null text was cut by the length limit. */
    private void group(long ordinal, List<String> texts, List<Double> rewards) {
        String id = "p@" + ordinal;
        List<GroupMember> members = new ArrayList<>();
        for (int sample = 0; sample < texts.size(); sample++) {
            Outcome outcome = texts.get(sample) == null ? Outcome.TRUNCATED : Outcome.COMPLETED;
            int[] tokens = tokenizer.encode(outcome == Outcome.COMPLETED ? texts.get(sample) + " <|end|>" : "Ada");
            send(
                    log.topics().trajectories(),
                    id,
                    Records.trajectory(id, sample)
                            .setOutcome(outcome)
                            .setTokens(Arrays.stream(tokens).boxed().toList())
                            .build());
            members.add(Records.member(sample)
                    .setTrajectory(new RecordRef(0, sent++))
                    .setOutcome(outcome)
                    .setReward(rewards.get(sample))
                    .build());
        }
        boolean uniform = rewards.stream().distinct().count() == 1;
        Group group = Records.group(id)
                .setMembers(members)
                .setVerdict(uniform ? GroupVerdict.UNIFORM_REWARD : GroupVerdict.TRAINABLE)
                .build();
        send(uniform ? log.topics().rejectedGroups() : log.topics().groups(), id, group);
    }

    private ExportedAnswers export(AnswerForm form, Selection selection, Path file) {
        producer.flush();
        try (Conversations conversations = new Conversations(
                log,
                new RunFolderFiles(folder, log.topics()),
                policy,
                new PromptForm(PromptStyle.PLAIN, "Be brief", Map.of()))) {
            return new AnswerExport(log, conversations, form, selection).write(file);
        }
    }

    private static List<JsonNode> read(Path file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            rows.add(new ObjectMapper().readTree(line));
        }
        return rows;
    }

    @Test
    void shouldExportAnswersAboveARewardAsConversations() throws IOException {
        // Given
        group(0, Arrays.asList("Where", "is", "is", null), List.of(0.5, 1.0, 1.0, 1.0));
        group(1, List.of("Ada"), List.of(1.0)); // of equal rewards
        Path file = folder.resolve("sft.jsonl");
        // When
        ExportedAnswers exported = export(AnswerForm.TRL_SFT, new Selection(1, 0), file);
        // Then
        List<JsonNode> rows = read(file);
        assertThat(exported).isEqualTo(new ExportedAnswers(2, 2));
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).path("prompt"))
                .hasToString("[{\"role\":\"system\",\"content\":\"Be brief\"},"
                        + "{\"role\":\"user\",\"content\":\"Ada Which town?\"}]");
        assertThat(rows.get(0).path("completion"))
                .hasToString("[{\"role\":\"assistant\",\"content\":\"<think>\\nis\"}]");
        assertThat(rows.get(0).path("sample").intValue()).isEqualTo(1);
        assertThat(rows.get(1).path("groupId").asText()).isEqualTo("p@1");
    }

    @Test
    void shouldPairTheBestAndTheWorstAnswerOfAGroup() throws IOException {
        // Given
        group(0, Arrays.asList("Where", "is", "Ada", null), List.of(0.5, 1.0, 0.0, -1.0));
        group(1, List.of("Where", "is"), List.of(0.25, 0.5)); // too close
        group(2, List.of("Where", "is"), List.of(1.0, 1.0));
        Path file = folder.resolve("pairs.jsonl");
        // When
        ExportedAnswers exported = export(AnswerForm.OPENRLHF_PREFERENCE, new Selection(1, 0.5), file);
        // Then
        assertThat(exported.rows()).isEqualTo(1);
        assertThat(read(file)).singleElement().satisfies(row -> {
            assertThat(row.at("/chosen/0/content").asText()).isEqualTo(THOUGHT + "is");
            assertThat(row.at("/rejected/0/content").asText()).isEqualTo(THOUGHT + "Ada");
            assertThat(row.path("chosenReward").doubleValue()).isEqualTo(1.0);
            assertThat(row.path("prompt")).hasSize(2);
        });
    }

    @Test
    void shouldPutTheAnswerAfterThePromptForVerl() throws IOException {
        // Given
        group(0, List.of("Where", "is"), List.of(0.0, 1.0));
        Path file = folder.resolve("sft.parquet");
        // When
        export(AnswerForm.VERL_SFT, new Selection(1, 0), file);
        // Then
        List<JsonNode> rows = new ArrayList<>();
        ParquetRows.read(file, (row, record) -> rows.add(record));
        assertThat(rows).singleElement().satisfies(row -> assertThat(row.path("messages"))
                .extracting(turn ->
                        turn.path("role").asText() + ": " + turn.path("content").asText())
                .containsExactly("system: Be brief", "user: Ada Which town?", "assistant: " + THOUGHT + "is"));
    }

    @Test
    void shouldFetchTheAnswersOfManyGroups() throws IOException {
        // Given
        IntStream.range(0, 20).forEach(i -> group(i, List.of("Where", "is"), List.of(0.0, 1.0)));
        Path file = folder.resolve("sft.jsonl");
        // When
        ExportedAnswers exported = export(AnswerForm.OPENRLHF_SFT, new Selection(1, 0), file);
        // Then
        assertThat(exported).isEqualTo(new ExportedAnswers(20, 20));
        assertThat(read(file))
                .extracting(row -> row.at("/output/0/content").asText())
                .containsOnly(THOUGHT + "is");
    }
}
