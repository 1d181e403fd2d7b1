package dev.longstream.questions;

import dev.longstream.questions.parquet.WrittenParquet;
import dev.longstream.record.AnswerKind;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PromptFilesTest {
    private static final String GOOD =
            "{\"id\":\"q1\",\"question\":\"Who?\",\"documents\":[\"Ada did.\"],\"answer\":\"Ada\",\"kind\":\"short-answer\",\"task\":\"t\"}";

    @TempDir
    Path folder;

    private Path file(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    private static ImportReport read(Path... files) {
        return PromptFiles.read(List.of(files), null);
    }

    @Test
    void shouldReadEveryFieldOfTheCanonicalFormat() throws IOException {
        // Given
        Path file = file(
                "set.jsonl",
                """
                {"id": "m-1", "question": "Which town?", "kind": "multiple-choice", "task": "towns", "split": "held-out",\
                 "documents": [{"title": "Bern", "text": "It lies on the Aare."}, "No title."],\
                 "answers": ["B"], "options": {"A": "Oslo", "B": "Bern"}, "attributes": {"hops": 2}}""");
        // When
        ImportReport report = read(file);
        // Then
        assertThat(report.refused()).isEmpty();
        assertThat(report.formatByFile()).containsEntry("set.jsonl", "longstream");
        ImportedPrompt prompt = report.prompts().get(0);
        assertThat(prompt.id()).isEqualTo("m-1");
        assertThat(prompt.task()).isEqualTo("towns");
        assertThat(prompt.kind()).isEqualTo(AnswerKind.MULTIPLE_CHOICE);
        assertThat(prompt.question()).isEqualTo("Which town?\n(A) Oslo\n(B) Bern");
        assertThat(prompt.golds()).containsExactly("B");
        assertThat(prompt.options()).containsEntry("B", "Bern");
        assertThat(prompt.documents())
                .containsExactly(new DocumentText("Bern", "It lies on the Aare."), new DocumentText("", "No title."));
        assertThat(prompt.attributes()).containsEntry("hops", "2").containsEntry("split", "held-out");
        assertThat(prompt.source()).isEqualTo("set.jsonl:1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            {"id":"x","question"                                                                                      | not JSON
            {"id":"x","question":" ","documents":["d"],"answer":"a","kind":"short-answer"}                            | empty question
            {"id":"x","question":"q","documents":["d"],"answer":" ","kind":"short-answer"}                            | empty gold answer
            {"id":"x","question":"q","documents":["d"],"answers":[],"kind":"short-answer"}                            | no gold answer
            {"id":"x","question":"q","documents":["d"],"answer":null,"kind":"short-answer"}                           | answer or answers
            {"id":"x","question":"q","documents":["d"],"answer":{"a":1},"kind":"short-answer"}                        | answer is OBJECT
            {"id":"x","question":"q","documents":["d"],"answer":"?!","kind":"short-answer"}                           | has no letter and no digit
            {"id":"x","question":"q","documents":["d"],"answer":"about ten","kind":"number"}                          | gold "about ten" cannot be read as one number
            {"id":"x","question":"q","documents":["d"],"answer":"Bern","kind":"multiple-choice"}                      | is not one letter
            {"id":"x","question":"q","documents":["d"],"answer":"C","kind":"multiple-choice","options":{"A":"o"}}     | none of the options A
            {"id":"x","question":"q","documents":[],"answer":"a","kind":"short-answer"}                               | no documents
            {"id":"x","question":"q","documents":[""],"answer":"a","kind":"short-answer"}                             | a document is empty
            {"id":"x","question":"q","documents":[7],"answer":"a","kind":"short-answer"}                              | a document is NUMBER
            {"id":"x","question":"q","documents":["d"],"answer":"a","kind":"essay"}                                   | unknown kind "essay", expected one of multiple-choice
            {"id":"x","question":"q","documents":["d"],"answer":"a"}                                                  | no kind
            {"question":"q","documents":["d"],"answer":"a","kind":"number"}                                           | no id
            {"id":"x","question":"q","documents":["d"],"answer":"a","kind":"short-answer","split":"test"}             | unknown split "test"
            {"id":"q1","question":"q","documents":["d"],"answer":"a","kind":"short-answer"}                           | id q1 belongs to another question already, from set.jsonl:1
            {"title":"something else"}                                                                                | {title} is not a record of the format longstream
            [1,2]                                                                                                     | ARRAY is not a record of the format longstream
            """)
    void shouldRefuseARowWithLineAndReasonAndGoOn(String row, String reason) throws IOException {
        Path file = file("set.jsonl", GOOD, "", row, GOOD.replace("q1", "q2"));

        ImportReport report = read(file);

        assertThat(report.prompts()).extracting(ImportedPrompt::id).containsExactly("q1", "q2");
        assertThat(report.refused()).hasSize(1);
        assertThat(report.refused().get(0).file()).isEqualTo("set.jsonl");
        assertThat(report.refused().get(0).line()).isEqualTo(3);
        assertThat(report.refused().get(0).reason()).contains(reason);
    }

    @Test
    void shouldDropAndCountARowThatIsSaidTwice() throws IOException {
        ImportReport report = read(file("a.jsonl", GOOD, GOOD), file("b.jsonl", GOOD));

        assertThat(report.prompts()).hasSize(1);
        assertThat(report.refused()).isEmpty();
        assertThat(report.repeatedByFile()).containsEntry("a.jsonl", 1).containsEntry("b.jsonl", 1);
    }

    @Test
    void shouldEndLinesAtLineFeedsOnlyAndRefuseRawControlCharacters() throws IOException {
        String separators = GOOD.replace("Ada did.", "Ada\u2028did\u0085it.");
        String control = GOOD.replace("q1", "q2").replace("Ada did.", "Ada\u000bdid.");

        ImportReport report = read(file("set.jsonl", separators + "\r", control));

        assertThat(report.prompts()).hasSize(1);
        assertThat(report.prompts().get(0).documents().get(0).text()).isEqualTo("Ada\u2028did\u0085it.");
        assertThat(report.refused()).extracting(RefusedRow::line).containsExactly(2L);
    }

    @Test
    void shouldRefuseALineThatIsNotUtf8() throws IOException {
        byte[] latin = (GOOD.replace("Ada did.", "Adä") + "\n").getBytes(StandardCharsets.ISO_8859_1);
        var bytes = new ByteArrayOutputStream();
        bytes.write(latin);
        bytes.write((GOOD + "\n").getBytes(StandardCharsets.UTF_8));

        ImportReport report = read(Files.write(folder.resolve("set.jsonl"), bytes.toByteArray()));

        assertThat(report.prompts()).hasSize(1);
        assertThat(report.refused().get(0).reason()).contains("UTF-8");
    }

    @Test
    void shouldTakeAKeyThatIsNullForAbsent() throws IOException {
        Path file = Files.writeString(
                folder.resolve("nulls.jsonl"),
                """
                {"id": "1", "question": "Q?", "documents": [{"title": null, "text": "T"}], "kind": "multiple-choice", "answer": "B", "answers": null, "options": {"A": "x", "B": "y", "C": null}, "attributes": {"hops": null}}
                {"id": "2", "question": "R?", "documents": ["T"], "kind": "short-answer", "answer": null, "answers": ["a", "b"], "options": null}
                """);

        ImportReport report = PromptFiles.read(List.of(file), null);

        assertThat(report.refused()).isEmpty();
        assertThat(report.prompts().get(0).options()).isEqualTo(Map.of("A", "x", "B", "y"));
        assertThat(report.prompts().get(1).golds()).containsExactly("a", "b");
    }

    @Test
    void shouldRefuseATableThatIsNotUtf8WithLineAndByte() throws IOException {
        Path file = Files.write(
                folder.resolve("latin1.csv"),
                "id,question,documents,answer,kind\n1,Who?,A text.,Ada,short-answer\n2,Où est-il?,A text.,Sète,short-answer\n"
                        .getBytes(StandardCharsets.ISO_8859_1));

        ImportReport report = PromptFiles.read(List.of(file), null);

        assertThat(report.prompts()).extracting(ImportedPrompt::id).containsExactly("1");
        assertThat(report.refused())
                .singleElement()
                .asString()
                .contains("not UTF-8", "byte 0xF9 in line 3, byte 4 of the line");
    }

    @ParameterizedTest
    @CsvSource({"bzip2, 425a68", "zip, 504b0304", "xz, fd377a585a", "lz4, 04224d18"})
    void shouldNameACompressionThatItDoesNotRead(String name, String begin) throws IOException {
        Path file = Files.write(folder.resolve("x.jsonl"), HexFormat.of().parseHex(begin + "0000"));

        assertThatThrownBy(() -> PromptFiles.read(List.of(file), null))
                .hasMessageContaining("it is compressed by " + name);
    }

    @Test
    void shouldReadAGzipFileWhateverItIsCalledAndSayWhereItBreaksOff() throws IOException {
        // Given
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < 20_000; i++) {
                gzip.write((GOOD.replace("q1", "q" + i * 7919L) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        Path whole = Files.write(folder.resolve("whole"), bytes.toByteArray());
        Path cut = Files.write(folder.resolve("cut.jsonl"), Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
        // When
        ImportReport ofWhole = read(whole);
        ImportReport ofCut = read(cut);
        // Then
        assertThat(ofWhole.prompts()).hasSize(20_000);
        assertThat(ofCut.prompts()).hasSizeBetween(1, 19_999);
        assertThat(ofCut.refused())
                .singleElement()
                .extracting(RefusedRow::reason)
                .asString()
                .contains("breaks off");
    }

    @Test
    void shouldKeepTheBeginningOfAListThatBreaksOff() throws IOException {
        ImportReport report =
                read(file("set.json", "\uFEFF [" + GOOD + ",", GOOD.replace("q1", "q2") + ",", "{\"id\":"));

        assertThat(report.prompts()).hasSize(2);
        assertThat(report.refused()).singleElement().satisfies(row -> {
            assertThat(row.line()).isEqualTo(3);
            assertThat(row.reason()).contains("breaks off");
        });
    }

    @Test
    void shouldRecogniseTheFormatWhenTheFirstLinesAreBroken() throws IOException {
        ImportReport report = read(file("set.jsonl", "oops", "{\"a\": 1}", GOOD));

        assertThat(report.prompts()).hasSize(1);
        assertThat(report.refused()).extracting(RefusedRow::line).containsExactly(1L, 2L);
    }

    @Test
    void shouldSayWhatIsSupportedWhenAFileIsInNoKnownFormat() throws IOException {
        Path unknown = file("other.jsonl", "{\"prompt\": \"x\", \"completion\": \"y\"}");

        assertThatThrownBy(() -> read(unknown))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other.jsonl")
                .hasMessageContaining("{prompt, completion}")
                .hasMessageContaining("longstream: {id, question, documents")
                .hasMessageContaining("tatqa:");
        assertThatThrownBy(() -> read(file("empty.jsonl"))).hasMessageContaining("it contains no record");
    }

    @Test
    void shouldNameTheFormatsWhenAnUnknownOneIsAskedFor() throws IOException {
        Path good = file("set.jsonl", GOOD);

        assertThatThrownBy(() -> PromptFiles.read(List.of(good), "csv"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"csv\"")
                .hasMessageContaining("hotpotqa-distractor");
        assertThat(PromptFiles.read(List.of(good), "nq").refused().get(0).reason())
                .contains("format nq");
    }

    @Test
    void shouldNameAFileThatCannotBeRead() {
        assertThatThrownBy(() -> read(folder.resolve("none.jsonl")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("none.jsonl: there is no such file");
        assertThatThrownBy(() -> read(folder)).hasMessageContaining("expected files that end in");
    }

    @Test
    void shouldReadTheFilesOfAFolderAndRefuseThoseItDoesNotKnow() throws IOException {
        // Given
        Files.createDirectories(folder.resolve("set/b"));
        file("set/b/two.jsonl", GOOD.replace("q1", "q2"));
        file("set/a.json", "[" + GOOD + "]");
        file("set/other.csv", "name,place", "x,y");
        file("set/README.md", "Not looked at.");
        // When
        ImportReport report = read(folder.resolve("set"));
        // Then
        assertThat(report.prompts()).extracting(ImportedPrompt::id).containsExactly("q1", "q2");
        assertThat(report.formatByFile()).containsOnlyKeys("a.json", "two.jsonl");
        assertThat(report.refused()).singleElement().satisfies(row -> assertThat(row.toString())
                .startsWith("other.csv:1: the file is in no known format")
                .contains("{name, place}"));
    }

    @Test
    void shouldReadQuestionsFromParquet() throws IOException {
        // Given
        MessageType schema = MessageTypeParser.parseMessageType(
                """
                message m { required binary id; required binary question; required binary answer; required binary kind;
                  optional group documents (LIST) { repeated group list { optional binary element; } } }""");
        Group row = new SimpleGroup(schema)
                .append("id", "q1")
                .append("question", "Who?")
                .append("answer", "Ada")
                .append("kind", "short-answer");
        row.addGroup("documents").addGroup(0).append("element", "Ada wrote it.");
        Path parquet = new WrittenParquet(schema, WriterVersion.PARQUET_1_0, CompressionCodec.SNAPPY)
                .rowGroup(List.of(row))
                .to(folder.resolve("train.parquet"));
        // When
        ImportReport report = read(parquet);
        // Then
        assertThat(report.refused()).isEmpty();
        assertThat(report.prompts()).singleElement().satisfies(prompt -> {
            assertThat(prompt.golds()).containsExactly("Ada");
            assertThat(prompt.documents()).extracting(DocumentText::text).containsExactly("Ada wrote it.");
            assertThat(prompt.source()).isEqualTo("train.parquet:1");
        });
    }

    @Test
    void shouldSayWhatIsWrongWithParquetThatBreaksOff() throws IOException {
        Path parquet = file("train.parquet", "PAR1…");

        assertThatThrownBy(() -> read(parquet))
                .hasMessageContaining("train.parquet")
                .hasMessageContaining("breaks off");
    }

    @Test
    void shouldKeepOptionsInTheirOrderAndRowsInTheirSplit() throws IOException {
        ImportReport report = read(file(
                "set.jsonl",
                """
                {"id": "m", "question": "Which?", "documents": ["x"], "answer": "C", "kind": "multiple-choice", "split": "held-out",\
                 "options": {"C": "third", "A": "first", "B": "second"}}"""
                        .replace("\\\n", "")));

        ImportedPrompt prompt = report.prompts().get(0);
        assertThat(prompt.options().keySet()).containsExactly("C", "A", "B");
        assertThat(prompt.question()).isEqualTo("Which?\n(C) third\n(A) first\n(B) second");
        assertThat(prompt.isFor("held-out")).isTrue();
        assertThat(prompt.isFor("train")).isFalse();
    }

    @Test
    void shouldCountKindsAndLengthsInTheSummary() throws IOException {
        Path file =
                file("set.jsonl", GOOD, GOOD, GOOD.replace("q1", "q2").replace("Ada did.", "Ada did it all."), "oops");

        assertThat(read(file).summary())
                .isEqualTo(
                        """
                set.jsonl (longstream): 2 questions, 1 refused, 1 repeated
                  2 short-answer: words 3 – 5 – 5, characters 12 – 19 – 19 (min, median, max)""");
    }

    @Test
    void shouldTellFilesOfTheSameNameApartByTheirPaths() throws IOException {
        Files.createDirectory(folder.resolve("a"));
        ImportReport report = read(file("set.jsonl", GOOD), file("a/set.jsonl", GOOD.replace("q1", "q2")));

        assertThat(report.formatByFile()).hasSize(2);
        assertThat(report.prompts()).extracting(ImportedPrompt::source).doesNotHaveDuplicates();
    }
}
