package dev.longstream.questions;

import dev.longstream.questions.parquet.WrittenParquet;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class DemonstrationFilesTest {
    @TempDir
    Path folder;

    @Test
    void shouldReadMessagesAndPromptsWithAnswers() throws IOException {
        DemonstrationFiles.DemonstrationsRead read = read(
                """
                {"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}
                {"prompt": "P", "answer": "B"}
                """);

        assertThat(read.refused()).isEmpty();
        assertThat(read.demonstrations())
                .containsExactly(
                        new WrittenDemonstration(
                                List.of(new Turn("system", "S"), new Turn("user", "Q")), "A", "sft.jsonl:1"),
                        new WrittenDemonstration(List.of(new Turn("user", "P")), "B", "sft.jsonl:2"));
    }

    @Test
    void shouldReadBothLayoutsFromParquet() throws IOException {
        // Given
        MessageType conversations = MessageTypeParser.parseMessageType(
                """
                message m { optional group messages (LIST) { repeated group list {
                  optional group element { optional binary role; optional binary content; } } } }""");
        Group conversation = new SimpleGroup(conversations);
        Group turns = conversation.addGroup("messages");
        turns.addGroup(0).addGroup(0).append("role", "user").append("content", "Q");
        turns.addGroup(0).addGroup(0).append("role", "assistant").append("content", "A");
        Path messages = new WrittenParquet(conversations, WriterVersion.PARQUET_1_0, CompressionCodec.SNAPPY)
                .rowGroup(List.of(conversation, new SimpleGroup(conversations)))
                .to(folder.resolve("messages.parquet"));
        MessageType pairs =
                MessageTypeParser.parseMessageType("message m { optional binary prompt; optional binary answer; }");
        Path answers = new WrittenParquet(pairs, WriterVersion.PARQUET_2_0, CompressionCodec.ZSTD)
                .rowGroup(List.of(new SimpleGroup(pairs).append("prompt", "P").append("answer", "B")))
                .to(folder.resolve("pairs.parquet"));
        // When
        DemonstrationFiles.DemonstrationsRead read = DemonstrationFiles.read(List.of(messages, answers));
        // Then
        assertThat(read.demonstrations())
                .containsExactly(
                        new WrittenDemonstration(List.of(new Turn("user", "Q")), "A", "messages.parquet:1"),
                        new WrittenDemonstration(List.of(new Turn("user", "P")), "B", "pairs.parquet:1"));
        assertThat(read.refused()).singleElement().satisfies(row -> assertThat(row.toString())
                .startsWith("messages.parquet:2: has the keys []"));
    }

    @Test
    void shouldRefuseRowsWithLineAndReasonAndGoOn() throws IOException {
        DemonstrationFiles.DemonstrationsRead read = read(
                """
                {"question": "Q", "answer": "A"}
                {"messages": [{"role": "user", "content": "Q"}]}
                {"messages": [{"role": "assistant", "content": "A"}, {"role": "user", "content": "Q"}]}
                {"prompt": "P", "answer": " "}
                {"prompt":
                {"prompt": "P", "answer": "B"}
                """);

        assertThat(read.demonstrations()).hasSize(1);
        assertThat(read.refused())
                .extracting(RefusedRow::toString)
                .satisfiesExactly(
                        row -> assertThat(row).contains("sft.jsonl", "1", "[question, answer]"),
                        row -> assertThat(row).contains("at least two"),
                        row -> assertThat(row).contains("the last message has the role 'user'"),
                        row -> assertThat(row).contains("answer is \" \""),
                        row -> assertThat(row).contains("not JSON"));
    }

    private DemonstrationFiles.DemonstrationsRead read(String lines) throws IOException {
        return DemonstrationFiles.read(List.of(Files.writeString(folder.resolve("sft.jsonl"), lines)));
    }
}
