package dev.longstream.questions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Imports small hand-written records in published formats of tables, objects and folders. */
class MorePublishedFormatsTest {
    @TempDir
    Path folder;

    private ImportReport read(String format, String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImportReport report = PromptFiles.read(List.of(Files.writeString(file, content)), null);
        assertThat(report.formatByFile()).containsEntry(file.getFileName().toString(), format);
        return report;
    }

    private static String told(ImportedPrompt prompt) {
        return prompt.kind() + " " + prompt.question() + " " + prompt.golds() + " " + prompt.options();
    }

    private static List<String> refusals(ImportReport report) {
        return report.refused().stream().map(RefusedRow::toString).toList();
    }

    @Test
    void shouldTakeAliasesAndRefuseTheUnanswerableWhenTheFormatIsMuSiQue() throws IOException {
        ImportReport report = read(
                "musique",
                "musique.jsonl",
                """
                {"id": "2hop__1_2", "question": "Where?", "answer": "Bern", "answer_aliases": ["Berne"], "answerable": true, "paragraphs": [{"idx": 0, "title": "Bern", "paragraph_text": "On the Aare.", "is_supporting": true}]}
                {"id": "3hop1__1", "question": "Who?", "answer": "x", "answerable": false, "paragraphs": [{"title": "T", "paragraph_text": "y"}]}
                """);

        assertThat(report.prompts()).singleElement().satisfies(prompt -> {
            assertThat(told(prompt)).isEqualTo("SHORT_ANSWER Where? [Bern, Berne] {}");
            assertThat(prompt.documents()).containsExactly(new DocumentText("Bern", "On the Aare."));
            assertThat(prompt.attributes()).containsEntry("hops", "2");
        });
        assertThat(refusals(report)).containsExactly("musique.jsonl:2: question 3hop1__1 is marked as not answerable");
    }

    @Test
    void shouldReadTwoWikiAndTablesOfHotpotQa() throws IOException {
        ImportReport report = read(
                "hotpotqa",
                "dev.json",
                """
                [{"_id": "a", "type": "inference", "question": "Q?", "answer": "yes", "evidences": [["x", "y", "z"]], "supporting_facts": [], "context": [["T", ["One.", " Two."]]]},
                 {"id": "b", "question": "R?", "answer": "no", "context": {"title": ["T", "U"], "sentences": [["One."], ["Two.", " Three."]]}}]
                """);

        assertThat(report.prompts()).extracting(ImportedPrompt::id).containsExactly("2wikimultihopqa-a", "hotpotqa-b");
        assertThat(report.prompts().get(1).documents())
                .containsExactly(new DocumentText("T", "One."), new DocumentText("U", "Two. Three."));
    }

    @Test
    void shouldReadStoriesBesideTheTableWhenTheFormatIsNarrativeQa() throws IOException {
        Files.createDirectories(folder.resolve("tmp"));
        Files.writeString(
                folder.resolve("tmp/d1.content"),
                "\ufeffAbout this book\r\n*** START OF THIS PROJECT GUTENBERG EBOOK X ***\r\nIt rained.\r\nMuch.\r\nEnd of the Project Gutenberg EBook of X\r\n");
        ImportReport report = read(
                "narrativeqa",
                "qaps.csv",
                """
                document_id,set,question,answer1,answer2,question_tokenized,answer1_tokenized,answer2_tokenized
                d1,test,"What, then, fell?",rain ,the rain,,,
                d2,test,Who?,a,,,,
                ../d1,test,Who?,a,,,,
                """);

        assertThat(report.prompts()).singleElement().satisfies(prompt -> {
            assertThat(told(prompt)).isEqualTo("FREE_TEXT What, then, fell? [rain, the rain] {}");
            assertThat(prompt.documents()).containsExactly(new DocumentText("", "It rained.\nMuch."));
            assertThat(prompt.source()).isEqualTo("qaps.csv:2");
        });
        assertThat(refusals(report)).hasSize(2);
        assertThat(refusals(report).get(0))
                .startsWith("qaps.csv:3: its story cannot be read from")
                .contains("d2.content");
        assertThat(refusals(report).get(1)).contains("\"../d1\" is not the name of a story");
    }

    @Test
    void shouldReadColumnsByNameAndSectionsWhenTheFormatIsFairytaleQa() throws IOException {
        Path story = folder.resolve("section-stories/val/fox-story.csv");
        Files.createDirectories(story.getParent());
        Files.writeString(story, "section,text\r\n1,\"A fox,\nold.\"\r\n2,It slept.\r\n");
        ImportReport report = read(
                "fairytaleqa",
                "questions/val/fox-questions.csv",
                "question_id,question,cor_section,local-or-sum,answer1,answer2,answer3,ex-or-im1,answer4\r\n"
                        + "1,Who slept?,\"1,2\",summary,a fox,the fox,,explicit,an old fox\r\n");

        assertThat(report.prompts()).singleElement().satisfies(prompt -> {
            assertThat(told(prompt)).isEqualTo("FREE_TEXT Who slept? [a fox, the fox, an old fox] {}");
            assertThat(prompt.documents()).containsExactly(new DocumentText("", "A fox,\nold.\n\nIt slept."));
        });
        assertThat(PromptFiles.read(List.of(folder), null).formatByFile()).containsOnlyKeys("fox-questions.csv");
    }

    @Test
    void shouldTakeWhicheverAnswerIsFilledWhenTheFormatIsQasper() throws IOException {
        ImportReport report = read(
                "qasper",
                "qasper.json",
                """
                {
                 "1": {"title": "T", "abstract": "A.", "full_text": [{"section_name": "S ::: U", "paragraphs": ["P.", ""]}],
                  "qas": [
                   {"question": "Is it?", "question_id": "a", "answers": [{"answer": {"unanswerable": false, "extractive_spans": [], "yes_no": false, "free_form_answer": ""}}]},
                   {"question": "Which?", "question_id": "b", "answers": [
                     {"answer": {"unanswerable": false, "extractive_spans": ["x", "y"], "yes_no": null, "free_form_answer": ""}},
                     {"answer": {"unanswerable": true, "extractive_spans": [], "yes_no": null, "free_form_answer": ""}}]},
                   {"question": "None?", "question_id": "c", "answers": [{"answer": {"extractive_spans": [], "yes_no": null, "free_form_answer": ""}}]}]}
                }
                """);

        assertThat(report.prompts())
                .extracting(MorePublishedFormatsTest::told)
                .containsExactly("SHORT_ANSWER Is it? [No] {}", "FREE_TEXT Which? [x, y, Unanswerable] {}");
        assertThat(report.prompts().get(0).documents()).containsExactly(new DocumentText("T", "A.\n\nS ::: U\n\nP."));
        assertThat(refusals(report)).singleElement().asString().contains("question c has an answer with none of");
    }

    @Test
    void shouldRefuseLinksWithoutArticlesWhenTheFormatIsFrames() throws IOException {
        ImportReport whole = read(
                "frames",
                "frames.json",
                """
                [{"Prompt": "How old?", "Answer": "37", "wiki_items": [{"title": "T", "text": "Born so."}]}]""");
        ImportReport links = PromptFiles.read(
                List.of(Files.writeString(
                        folder.resolve("test.tsv"),
                        "\tPrompt\tAnswer\twikipedia_link_1\twiki_links\n0\tHow old?\t37\thttps://x\t['https://x']\n")),
                null);

        assertThat(told(whole.prompts().get(0))).isEqualTo("SHORT_ANSWER How old? [37] {}");
        assertThat(refusals(links)).singleElement().asString().contains("the row has links and no article texts");
    }

    @Test
    void shouldReadNumbersAsTheyStandWhenTheFormatIsDocMath() throws IOException {
        ImportReport report = read(
                "docmath",
                "docmath.jsonl",
                """
                {"question_id": "1", "question": "How much?", "paragraphs": ["One.", "| a | b |"], "table_evidence": [1], "paragraph_evidence": [], "python_solution": "", "ground_truth": -12.600000000000001}
                {"question_id": "2", "question": "How much?", "paragraphs": ["One."], "ground_truth": true}
                """);

        assertThat(told(report.prompts().get(0))).isEqualTo("NUMBER How much? [-12.600000000000001] {}");
        assertThat(report.prompts().get(0).documents()).containsExactly(new DocumentText("", "One.\n\n| a | b |"));
        assertThat(refusals(report)).singleElement().asString().contains("ground_truth is BOOLEAN");
    }

    @Test
    void shouldCutTextQuestionAndGoldOutOfRenderedPromptsWhenTheFormatIsDocQaRl() throws IOException {
        String row =
                """
                {"data_source": "s", "prompt": [{"role": "user", "content": "Read.\\n\\n<text>\\nThe text.\\n</text>\\n\\n%s\\n\\nFormat your response as follows: \\"…\\"."}], "ability": "%s", "reward_model": {"style": "rule", "ground_truth": "%s"}, "extra_info": {"index": %d, "split": "train"}}
                """;
        ImportReport report = read(
                "docqa-rl",
                "train.jsonl",
                row.formatted("How many?", "doc-math", "Therefore, the answer is -0.5.", 1)
                        + row.formatted("Which?\\n (A) x\\n (B) y", "doc-mc", "The correct answer is (B)", 2)
                        + row.formatted("Who?", "doc-qa", "Therefore, the answer is Ada.", 3)
                        + row.formatted("Who?", "other", "x", 4));

        assertThat(report.prompts())
                .extracting(MorePublishedFormatsTest::told)
                .containsExactly(
                        "NUMBER How many? [-0.5] {}",
                        "MULTIPLE_CHOICE Which?\n (A) x\n (B) y [(B)] {A=x, B=y}",
                        "SHORT_ANSWER Who? [Ada] {}");
        assertThat(report.prompts().get(0).documents()).containsExactly(new DocumentText("", "The text."));
        assertThat(refusals(report)).singleElement().asString().contains("unknown ability");
    }

    @Test
    void shouldTellChoicesClaimsAndTextsApartWhenTheFormatIsLEval() throws IOException {
        ImportReport report = read(
                "leval",
                "exam.jsonl",
                """
                {"instructions": ["Which?\\n\\n (A) one (or 1) \\n (B) two", "2. It rains, True or False?", "Why?", "Why?"], "outputs": ["(B) two", "True [fact: False]", "Because.", "Since."], "input": "It rained.", "source": "s", "evaluation": "exam"}
                {"instructions": ["Summarise."], "outputs": ["x"], "input": "It rained.", "source": "s", "evaluation": "rouge"}
                {"instructions": ["Which?\\n (A) one\\n (B) two"], "outputs": ["(D) four"], "input": "It rained.", "source": "s", "evaluation": "exam"}
                """);

        assertThat(report.prompts())
                .extracting(MorePublishedFormatsTest::told)
                .containsExactly(
                        "MULTIPLE_CHOICE Which?\n\n (A) one (or 1) \n (B) two [B] {A=one (or 1), B=two}",
                        "SHORT_ANSWER It rains, True or False? [True] {}",
                        "FREE_TEXT Why? [Because., Since.] {}");
        assertThat(refusals(report)).hasSize(2);
    }

    @Test
    void shouldReadPythonLiteralsAndNumberedOptionsWhenTheFormatIsLooGle() throws IOException {
        ImportReport report = read(
                "loogle",
                "longdep_qa.jsonl",
                """
                {"input": "It rained.", "title": "Rain", "qa_pairs": "[{'Q': 'Which?\\\\n1. one\\\\n2. two', 'A': '2', 'type': 'computation', 'S': ['x']}, {'Q': \\"What's first?\\", 'A': '3,1,2'}, {'Q': 'Why\\\\u0020so?', 'A': 'Because.',},]", "output": "None"}
                {"input": "It rained.", "title": "Rain", "qa_pairs": "[{'Q': 'x'", "output": "None"}
                """);

        assertThat(report.prompts())
                .extracting(MorePublishedFormatsTest::told)
                .containsExactly(
                        "MULTIPLE_CHOICE Which?\n(A) one\n(B) two [B] {A=one, B=two}",
                        "SHORT_ANSWER What's first? [3,1,2] {}",
                        "FREE_TEXT Why so? [Because.] {}");
        assertThat(refusals(report)).singleElement().asString().contains("not a Python literal: at character 10");
    }

    @Test
    void shouldCutTheQuestionOutOnEitherSideWhenTheFormatIsBamboo() throws IOException {
        ImportReport report = read(
                "bamboo-altqa",
                "altqa.jsonl",
                """
                {"content": "Answer.\\n\\nQuestion:\\nwhich year\\n\\nDocument:\\nIn 1990.\\n", "answer": "1990"}
                {"content": "Answer.\\n\\nDocument:\\nA\\n\\nQuestion:\\nof old. In 1991.\\n\\nQuestion:\\nwhich year\\n", "answer": "1991"}
                """);
        ImportReport choices = read(
                "bamboo-paperqa",
                "paperqa.jsonl",
                """
                {"question": "Which?", "evidence": "e", "options": ["A. one", "B. two", "C: three", "D.four"], "answer": "C", "content": "Text."}
                {"question": "Which?", "evidence": "e", "options": ["A. one", "B. two\\nC. three", "D. four"], "answer": "C", "content": "Text."}
                {"question": "Which?", "evidence": "e", "options": ["A. one", "B. two", "C. three"], "answer": "C", "content": "Text."}
                {"question": "Which "one"?"}
                """);

        assertThat(report.prompts())
                .extracting(
                        prompt -> told(prompt) + " " + prompt.documents().get(0).text())
                .containsExactly(
                        "NUMBER which year [1990] {} In 1990.",
                        "NUMBER which year [1991] {} A\n\nQuestion:\nof old. In 1991.");
        assertThat(choices.prompts())
                .singleElement()
                .extracting(ImportedPrompt::options)
                .asString()
                .isEqualTo("{A=one, B=two, C=three, D=four}");
        assertThat(choices.refused()).extracting(RefusedRow::line).containsExactly(2L, 3L, 4L);
    }

    @Test
    void shouldReadBothLayoutsWhenTheFormatIsQuality() throws IOException {
        ImportReport report = read(
                "quality",
                "quality.jsonl",
                """
                {"article_id": 1, "unique_id": "1_X", "title": "T", "article": ["<html><head><style>p {}</style></head>\\n", "<p>It &amp; all.</p>"], "question1": "Which?", "question1option1": "one", "question1option2": "two", "question1option3": "three", "question1option4": "four ", "question1_gold_label": 4}
                {"article_id": "2", "set_unique_id": "2_Y", "title": "T", "article": "It rained.", "questions": [{"question": "Who?", "question_unique_id": "2_Y_1", "options": ["a", "b", "c", "d"], "gold_label": 1, "difficult": 1}, {"question": "Who?", "options": ["a", "b", "c", "d"]}]}
                """);

        assertThat(report.prompts())
                .extracting(MorePublishedFormatsTest::told)
                .containsExactly(
                        "MULTIPLE_CHOICE Which?\n(A) one\n(B) two\n(C) three\n(D) four [D] {A=one, B=two, C=three, D=four}",
                        "MULTIPLE_CHOICE Who?\n(A) a\n(B) b\n(C) c\n(D) d [A] {A=a, B=b, C=c, D=d}");
        assertThat(report.prompts().get(0).documents()).containsExactly(new DocumentText("T", "It & all."));
        assertThat(refusals(report)).singleElement().asString().contains("question 2_Y_2 has 4 options");
    }

    @Test
    void shouldReadObjectsOverManyLinesWhenTheFormatIsSquad() throws IOException {
        ImportReport report = read(
                "squad",
                "set.en.json",
                """
                {
                  "data": [{"title": "T", "paragraphs": [{"context": "It rained in Bern.", "qas": [
                    {"id": 7, "question": "Where?", "answers": [{"text": "Bern. ", "answer_start": 99}], "is_impossible": false},
                    {"id": 8, "question": "Who?", "answers": [], "is_impossible": true}]}]}]
                }
                """);

        assertThat(report.prompts()).singleElement().satisfies(prompt -> {
            assertThat(prompt.id()).isEqualTo("set-7");
            assertThat(told(prompt)).isEqualTo("SHORT_ANSWER Where? [Bern] {}");
        });
        assertThat(refusals(report)).containsExactly("set.en.json:1: question 8 is marked as impossible");
    }

    @Test
    void shouldReadTheRestOfTheSets() throws IOException {
        ImportReport cited = read(
                "l-citeeval",
                "hotpotqa.json",
                """
                [{"id": "1", "question": "Where?", "answer": "Bern", "docs": [{"title": "Bern", "text": "Bern\\nOn the Aare.", "length": 4}, "Plain."]}]""");
        ImportReport pairs = read(
                "kv-retrieval",
                "kv.jsonl",
                """
                {"ordered_kv_records": [["b", "1"], ["a", "2"]], "key": "a", "value": "2"}
                {"ordered_kv_records": [["b", "1"]], "key": "c", "value": "2"}
                """);

        assertThat(cited.prompts().get(0).documents())
                .containsExactly(new DocumentText("Bern", "On the Aare."), new DocumentText("", "Plain."));
        assertThat(pairs.prompts().get(0).documents())
                .containsExactly(new DocumentText("", "{\"b\": \"1\",\n \"a\": \"2\"}"));
        assertThat(pairs.prompts().get(0).golds()).containsExactly("2");
        assertThat(refusals(pairs)).singleElement().asString().contains("the key c is none");
    }
}
