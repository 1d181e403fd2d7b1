package dev.longstream.producers.prompts;

import dev.longstream.policy.folder.ChatTemplate.Message;
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
        DemonstrationFiles.Read read = read(
                """
                {"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}
                {"prompt": "P", "answer": "B"}
                """);

        assertThat(read.refused()).isEmpty();
        assertThat(read.demonstrations())
                .containsExactly(
                        new WrittenDemonstration(
                                List.of(new Message("system", "S"), new Message("user", "Q")), "A", "sft.jsonl:1"),
                        new WrittenDemonstration(List.of(new Message("user", "P")), "B", "sft.jsonl:2"));
    }

    @Test
    void shouldRefuseRowsWithLineAndReasonAndGoOn() throws IOException {
        DemonstrationFiles.Read read = read(
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
                        row -> assertThat(row).contains("the last message is of 'user'"),
                        row -> assertThat(row).contains("answer is \" \""),
                        row -> assertThat(row).contains("not JSON"));
    }

    private DemonstrationFiles.Read read(String lines) throws IOException {
        return DemonstrationFiles.read(List.of(Files.writeString(folder.resolve("sft.jsonl"), lines)));
    }
}
