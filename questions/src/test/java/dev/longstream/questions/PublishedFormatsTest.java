package dev.longstream.questions;

import dev.longstream.record.AnswerKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Small records written by hand in the layouts of others, each with what is easily got wrong about it. */
class PublishedFormatsTest {
    @TempDir
    Path folder;

    private ImportReport read(String name, String content) throws IOException {
        return PromptFiles.read(List.of(Files.writeString(folder.resolve(name), content)), null);
    }

    @Test
    void shouldCutMultiHopContextsAtTheirPassagesWhenTheFormatIsLongBench() throws IOException {
        ImportReport report = read(
                "hotpotqa.jsonl",
                """
                {"input": "Which river?", "context": "Passage 1:\\nBern\\nOn the Aare.\\nSee Passage 9:\\nno heading.\\n\\nPassage 2:\\nOslo\\nOn a fjord.",\
                 "answers": ["Aare"], "length": 12, "dataset": "hotpotqa", "language": "en", "all_classes": null, "_id": "5a"}
                {"input": "Why?", "context": "A story.", "answers": ["Because.", "Since."], "dataset": "narrativeqa", "_id": "b-0"}
                {"input": "", "context": "def f():", "answers": ["x"], "dataset": "lcc", "_id": "c"}
                """);

        assertThat(report.prompts())
                .extracting(ImportedPrompt::id)
                .containsExactly("longbench-hotpotqa-5a", "longbench-narrativeqa-b-0");
        ImportedPrompt multiHop = report.prompts().get(0);
        assertThat(multiHop.kind()).isEqualTo(AnswerKind.SHORT_ANSWER);
        assertThat(multiHop.task()).isEqualTo("hotpotqa");
        assertThat(multiHop.documents())
                .containsExactly(
                        new DocumentText("Bern", "On the Aare.\nSee Passage 9:\nno heading."),
                        new DocumentText("Oslo", "On a fjord."));
        assertThat(report.prompts().get(1).kind()).isEqualTo(AnswerKind.FREE_TEXT);
        assertThat(report.prompts().get(1).golds()).containsExactly("Because.", "Since.");
        assertThat(report.refused().get(0).reason()).contains("\"lcc\"").contains("narrativeqa");
    }

    @Test
    void shouldJoinSentencesWithNothingWhenTheFormatIsHotpotQa() throws IOException {
        ImportReport report = read(
                "train.json",
                """
                [{"_id": "5a", "question": "When?", "answer": "April 25 , 2018", "type": "bridge", "level": "easy", "supporting_facts": [["Bern", 0]],
                  "context": [["Bern", ["It is old.", " It is on the Aare."]], ["Oslo", ["North."]]]},
                 {"_id": "5b", "question": "Both?", "answer": "no", "context": [["Bern", ["x"]]]},
                 {"_id": "5c", "question": "Unlabelled?", "context": [["Bern", ["x"]]]},
                 {"_id": "5d", "question": "Broken?", "answer": "a", "context": [["Bern", "no list"]]}]
                """);

        assertThat(report.formatByFile()).containsEntry("train.json", "hotpotqa");
        assertThat(report.prompts()).hasSize(2);
        ImportedPrompt first = report.prompts().get(0);
        assertThat(first.id()).isEqualTo("hotpotqa-5a");
        assertThat(first.golds()).containsExactly("April 25, 2018");
        assertThat(first.documents().get(0)).isEqualTo(new DocumentText("Bern", "It is old. It is on the Aare."));
        assertThat(first.attributes()).containsEntry("type", "bridge").containsEntry("level", "easy");
        assertThat(report.refused()).extracting(RefusedRow::line).containsExactly(3L, 4L);
        assertThat(report.refused())
                .extracting(RefusedRow::reason)
                .containsExactly("no answer", "a paragraph is not [title, [sentence]]");
    }

    @Test
    void shouldShuffleGoldAmongDistractorsTheSameWayEveryTime() throws IOException {
        // Given
        var records = new StringBuilder("[");
        for (int i = 0; i < 40; i++) {
            records.append(i == 0 ? "" : ",")
                    .append(
                            """
                    {"_id":"%d","title_a":"Gold A","title_b":"Gold B","para_a":["a."],"para_b":["b."," c\\/d."],"question":"Q?","answer":"a",\
                    "supporting_facts":[[0],[0]],"distractors":[["D1",["x."],0.5],["D2",["y."],0.25],["D3",["z."],0.1]]}"""
                                    .formatted(i));
        }
        // When
        ImportReport report = read("nd8.json", records + "]");
        ImportReport again = read("nd8.json", records + "]");
        // Then
        assertThat(report.formatByFile()).containsEntry("nd8.json", "hotpotqa-distractor");
        assertThat(report.prompts()).hasSize(40).isEqualTo(again.prompts());
        assertThat(report.prompts()).allSatisfy(prompt -> assertThat(prompt.documents())
                .extracting(DocumentText::title)
                .containsExactlyInAnyOrder("Gold A", "Gold B", "D1", "D2", "D3"));
        assertThat(report.prompts())
                .extracting(prompt -> prompt.documents().indexOf(new DocumentText("Gold B", "b. c/d.")))
                .contains(0, 1, 2, 3, 4);
    }

    @Test
    void shouldReadNumbersInTheirScaleWhenTheFormatIsTatQa() throws IOException {
        ImportReport report = read(
                "dev.json",
                """
                [{"table": {"uid": "t", "table": [["", "2019"], ["Sales", "$  1,452.4"]]},
                  "paragraphs": [{"uid": "p2", "order": 2, "text": "Second."}, {"uid": "p1", "order": 1, "text": "First."}],
                  "questions": [
                   {"uid": "a", "question": "Change?", "answer": -12.6, "answer_type": "arithmetic", "answer_from": "table", "scale": "million"},
                   {"uid": "b", "question": "Change in percent?", "answer": -22.22, "answer_type": "arithmetic", "scale": "percent"},
                   {"uid": "c", "question": "How many?", "answer": "4", "answer_type": "count", "scale": ""},
                   {"uid": "d", "question": "Sales?", "answer": ["$1,452.4"], "answer_type": "span", "scale": "million"},
                   {"uid": "e", "question": "Loss?", "answer": ["$(31.5)"], "answer_type": "span", "scale": ""},
                   {"uid": "e2", "question": "Profit?", "answer": ["$(9.8) million"], "answer_type": "span", "scale": ""},
                   {"uid": "f", "question": "Which year?", "answer": ["2019"], "answer_type": "span", "scale": ""},
                   {"uid": "g", "question": "Which years?", "answer": ["2019", "2018"], "answer_type": "multi-span", "scale": ""},
                   {"uid": "h", "question": "One only?", "answer": ["2019"], "answer_type": "multi-span", "scale": ""},
                   {"uid": "i", "question": "Zero?", "answer": 0, "answer_type": "arithmetic", "scale": ""}]}]
                """);

        assertThat(report.prompts())
                .extracting(
                        prompt -> prompt.id() + " " + prompt.kind() + " " + prompt.question() + " " + prompt.golds())
                .containsExactly(
                        "tatqa-a NUMBER Change? (in million) [-12.6]",
                        "tatqa-b NUMBER Change in percent? (in percent) [-22.22%]",
                        "tatqa-c NUMBER How many? [4]",
                        "tatqa-d NUMBER Sales? (in million) [$1,452.4]",
                        "tatqa-e NUMBER Loss? [-31.5]",
                        "tatqa-e2 NUMBER Profit? [-9.8 million]",
                        "tatqa-f SHORT_ANSWER Which year? [2019]",
                        "tatqa-g ANSWER_SET Which years? [2019, 2018]",
                        "tatqa-h SHORT_ANSWER One only? [2019]",
                        "tatqa-i NUMBER Zero? [0]");
        assertThat(report.prompts().get(0).documents())
                .containsExactly(new DocumentText("", "First.\n\nSecond.\n\n|  | 2019 |\n| Sales | $ 1,452.4 |"));
        assertThat(report.refused()).isEmpty();
    }

    @Test
    void shouldTellTheSameQuestionAmongOtherPassagesApartWhenTheFormatIsNaturalQuestions() throws IOException {
        ImportReport report = read(
                "nq.jsonl",
                """
                {"question": "who", "answers": ["Ada", "Ada  Lovelace"], "ctxs": [{"title": "T", "text": "one", "isgold": false}, {"id": "7", "title": "U", "text": "two", "isgold": true}], "nq_annotated_gold": {}}
                {"question": "who", "answers": ["Ada", "Ada  Lovelace"], "ctxs": [{"title": "U", "text": "two", "isgold": true}, {"title": "T", "text": "one", "isgold": false}]}
                """);

        assertThat(report.refused()).isEmpty();
        assertThat(report.prompts()).hasSize(2);
        assertThat(report.prompts())
                .extracting(ImportedPrompt::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("nq-2-[0-9a-f]{16}"));
        assertThat(report.prompts())
                .extracting(prompt -> prompt.attributes().get("gold-at"))
                .containsExactly("1", "0");
        assertThat(report.prompts().get(0).golds()).containsExactly("Ada", "Ada Lovelace");
        assertThat(report.prompts().get(0).documents())
                .containsExactly(new DocumentText("T", "one"), new DocumentText("U", "two"));
    }
}
