package dev.longstream.questions;

import dev.longstream.record.AnswerKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static dev.longstream.record.AnswerKind.ANSWER_SET;
import static dev.longstream.record.AnswerKind.FREE_TEXT;
import static dev.longstream.record.AnswerKind.NUMBER;
import static dev.longstream.record.AnswerKind.SHORT_ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The real files, where they are there. The counts were taken from the files by other means. */
class RealDataTest {
    private static final Path DATA = Path.of(System.getProperty("longstream.data", "../shared/data"));

    private static ImportReport read(String... names) {
        List<Path> files = List.of(names).stream().map(DATA::resolve).toList();
        for (Path file : files) {
            assumeTrue(
                    Files.exists(file),
                    "no real data here: set -Dlongstream.data=DIR to a folder that holds " + DATA.relativize(file));
        }
        return PromptFiles.read(files, null);
    }

    private static long of(AnswerKind kind, ImportReport report) {
        return report.prompts().stream().filter(prompt -> prompt.kind() == kind).count();
    }

    @ParameterizedTest
    @CsvSource({
        "hotpotqa/hotpotqa_train.json, hotpotqa, 70, 700",
        "hotpotqa/camera_ready_nd8_dev_sample100.json, hotpotqa-distractor, 63, 611",
        "derived/longbench/2wikimqa.jsonl, longbench, 4, 901",
        "derived/longbench/hotpotqa.jsonl, longbench, 60, 3615",
        "derived/longbench/musique.jsonl, longbench, 80, 6688",
        "derived/nq-open/nq-open-10_total_documents_gold_at_0.jsonl.gz, nq, 210, 2100",
        "derived/nq-open/nq-open-20_total_documents_gold_at_9.jsonl.gz, nq, 210, 4200",
        "derived/nq-open/nq-open-30_total_documents_gold_at_14.jsonl.gz, nq, 140, 4200",
        "derived/nq-open/nq-open-50_total_documents_gold_anywhere.jsonl.gz, nq, 140, 7000",
        "derived/nq-open/nq-open-150_total_documents_gold_anywhere.jsonl.gz, nq, 42, 6300",
        "derived/nq-open/nq-open-300_total_documents_gold_anywhere.jsonl.gz, nq, 21, 6300",
        "derived/nq-open/nq-open-600_total_documents_gold_anywhere.jsonl.gz, nq, 10, 6000",
        "derived/nq-open/nq-open-1000_total_documents_gold_anywhere.jsonl.gz, nq, 5, 5000",
        "lost-in-the-middle/qa_data/nq-open-oracle.jsonl.gz, nq, 1831, 1831"
    })
    void shouldReadEverySpanQuestionWithAllItsPassages(String name, String format, int questions, int passages) {
        ImportReport report = read(name);

        assertThat(report.formatByFile().values()).containsExactly(format);
        assertThat(report.refused()).isEmpty();
        assertThat(report.repeatedByFile()).isEmpty();
        assertThat(of(SHORT_ANSWER, report)).isEqualTo(questions);
        assertThat(report.prompts()).hasSize(questions);
        assertThat(report.prompts().stream()
                        .mapToInt(prompt -> prompt.documents().size())
                        .sum())
                .isEqualTo(passages);
    }

    @Test
    void shouldReadFreeTextQuestionsOverOneDocument() {
        ImportReport report = read("derived/longbench/narrativeqa.jsonl", "derived/longbench/qasper.jsonl");

        assertThat(report.refused()).isEmpty();
        assertThat(of(FREE_TEXT, report)).isEqualTo(17 + 105);
        assertThat(report.prompts())
                .allSatisfy(prompt -> assertThat(prompt.documents()).hasSize(1));
    }

    @Test
    void shouldReadTatQaWithAnswersOfSeveralSpansAsSets() {
        ImportReport report = read("tatqa/tatqa_dataset_dev.json");

        assertThat(report.refused()).singleElement().satisfies(row -> assertThat(row.reason())
                .contains("empty gold answer"));
        assertThat(of(ANSWER_SET, report)).isEqualTo(216);
        assertThat(of(NUMBER, report)).isEqualTo(718 + 32 + 189 + 2);
        assertThat(of(SHORT_ANSWER, report)).isEqualTo(510);
        assertThat(report.prompts()).hasSize(1_667);
        assertThat(report.prompts().stream().map(ImportedPrompt::documents).distinct())
                .hasSize(278);
    }

    @Test
    void shouldKeepIdsApartAcrossAllFiles() {
        ImportReport report = read(
                "derived/nq-open/nq-open-10_total_documents_gold_at_0.jsonl.gz",
                "derived/nq-open/nq-open-10_total_documents_gold_at_4.jsonl.gz",
                "derived/nq-open/nq-open-10_total_documents_gold_at_9.jsonl.gz",
                "hotpotqa/hotpotqa_train.json",
                "hotpotqa/camera_ready_nd8_dev_sample100.json",
                "derived/longbench/hotpotqa.jsonl");

        assertThat(report.refused()).isEmpty();
        assertThat(report.repeatedByFile()).isEmpty();
        assertThat(report.prompts()).hasSize(630 + 70 + 63 + 60);
    }

    @ParameterizedTest
    @CsvSource({
        "musique/musique_train.json, musique, 80, 0, 0",
        "l-citeeval/2wikimultihopqa.json, l-citeeval, 4, 0, 0",
        "l-citeeval/hotpotqa.json, l-citeeval, 4, 0, 0",
        "narrativeqa/qaps.csv, narrativeqa, 37, 0, 0",
        "xquad/xquad.en.json, squad, 803, 0, 0",
        "covidqa/200423_covidQA.json, squad, 888, 0, 0",
        "leval/quality.jsonl, leval, 113, 0, 0",
        "leval/sci_fi.jsonl, leval, 45, 0, 0",
        "leval/legal_contract_qa.jsonl, leval, 91, 0, 16",
        "leval/natural_question.jsonl, leval, 79, 0, 5",
        "leval/scientific_qa.jsonl, leval, 105, 1, 9",
        "loogle/longdep_qa.jsonl, loogle, 32, 0, 0",
        "loogle/shortdep_qa.jsonl, loogle, 52, 0, 0",
        "bamboo/altqa_4k.jsonl, bamboo-altqa, 98, 0, 49",
        "bamboo/paperqa_4k.jsonl, bamboo-paperqa, 54, 15, 0",
        "bamboo/paperqa_16k.jsonl, bamboo-paperqa, 52, 16, 0",
        "lost-in-the-middle/kv_retrieval_data/kv-retrieval-75_keys.jsonl.gz, kv-retrieval, 140, 0, 0",
        "lost-in-the-middle/kv_retrieval_data/kv-retrieval-140_keys.jsonl.gz, kv-retrieval, 140, 0, 0",
        "quality/quality_example.jsonl, quality, 5, 0, 5",
        "qasper/qasper_sample_small.json, qasper, 4, 0, 0",
        "derived/docmath/simpshort_testmini.jsonl, docmath, 712, 0, 0",
        "derived/docqa-rl/train.jsonl, docqa-rl, 60, 0, 0"
    })
    void shouldReadEverySetButForItsBrokenRows(String name, String format, int questions, int refused, int repeated) {
        ImportReport report = read(name);

        assertThat(report.formatByFile().values()).containsExactly(format);
        assertThat(report.refused()).as(report.refused().toString()).hasSize(refused);
        assertThat(report.prompts().size()).isEqualTo(questions);
        assertThat(report.repeatedByFile().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .isEqualTo(repeated);
    }

    @Test
    void shouldReadAFolderOfStoriesWithTheirQuestions() {
        ImportReport report = read("fairytaleqa");

        assertThat(report.formatByFile()).hasSize(186);
        assertThat(report.refused()).as(report.refused().toString()).isEmpty();
        assertThat(report.prompts().size()).isEqualTo(6_570);
        assertThat(report.prompts().stream().map(ImportedPrompt::documents).distinct())
                .hasSize(186);
    }

    @Test
    void shouldReadAFolderOfBooksWithoutTheirLicences() {
        ImportReport report = read("narrativeqa");

        assertThat(report.formatByFile()).containsOnlyKeys("qaps.csv");
        assertThat(report.prompts().size()).isEqualTo(37);
        assertThat(report.prompts().stream()
                        .map(prompt -> prompt.documents().get(0).text())
                        .filter(text -> text.startsWith("\ufeff") || text.contains("PROJECT GUTENBERG"))
                        .map(text -> text.substring(0, 40)))
                .isEmpty();
        assertThat(report.prompts().stream()
                        .map(prompt -> prompt.documents().get(0))
                        .distinct())
                .hasSize(9);
    }
}
