package dev.longstream.rewards.rules;

import dev.longstream.record.AnswerKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RuleRewardsTest {
    private static final Map<String, String> CITIES = Map.of("A", "Oslo", "B", "Bern", "C", "Riga", "D", "Minsk");

    private static RuleVerdict score(AnswerKind kind, String gold, String output) {
        return RuleRewards.DEFAULT.of(kind).score(output, List.of(gold), Map.of(), false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            The correct answer is (C).              | C | 1
            The answer is c)                        | C | 1
            Answer: option C, since B is a decoy    | C | 1
            The correct answer is D.                | D | 0
            The correct answer is C or D            | - | 0
            The correct answer is Cat               | - | 0
            The answer is A cat                     | - | 0
            I think it is C                         | - | 0
            """)
    void shouldPayOneLetterAndNothingElseWhenOptionsAreLettersOnly(String output, String extracted, double score) {
        RuleVerdict verdict = score(AnswerKind.MULTIPLE_CHOICE, "C", output);

        assertThat(verdict.extracted()).isEqualTo(extracted);
        assertThat(verdict.score()).isEqualTo(score);
    }

    @Test
    void shouldReadAnOptionsTextWhenItIsStatedInsteadOfTheLetter() {
        RuleReward rule = RuleRewards.DEFAULT.of(AnswerKind.MULTIPLE_CHOICE);

        assertThat(rule.score("The answer is riga.", List.of("C"), CITIES, false)
                        .score())
                .isEqualTo(1.0);
        assertThat(rule.score("The answer is (C) Oslo.", List.of("C"), CITIES, false)
                        .extracted())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            12.5   | The answer is 12.51              | 12.51        | 1
            12.5   | The answer is 12.6               | 12.6         | 0
            12.5   | The answer is -12.5              | -12.5        | 0
            12.5   | The answer is about $12.5        | 12.5         | 1
            12.5%  | The answer is 0.125              | 0.125        | 1
            0.125  | The answer is 12.5 percent       | 12.5%        | 1
            7      | The answer is 7 or 8             | -            | 0
            7      | The answer is 7.001              | 7.001        | 1
            9001   | The answer is 9002               | 9002         | 0
            2.5e6  | The answer is 2.5 million        | 2.5 million  | 1
            2500   | The answer is 2.5k               | 2.5 thousand | 1
            2500   | The answer is 2.5 k              | 2.5          | 0
            0.75   | The answer is \\frac{3}{4}        | 3/4          | 1
            (50)   | The answer is -50                | -50          | 1
            3      | The answer is 1 / 0              | -            | 0
            """)
    void shouldPayANumberWithinTheToleranceWhenItsSignAndScaleAgree(
            String gold, String output, String extracted, double score) {
        RuleVerdict verdict = score(AnswerKind.NUMBER, gold, output);

        assertThat(verdict.extracted()).isEqualTo(extracted);
        assertThat(verdict.score()).isEqualTo(score);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Ada Lovelace  | The answer is Ada Lovelace.                       | 1
            Ada Lovelace  | The answer is the mathematician Ada Lovelace.     | 1
            Ada Lovelace  | The answer is Lovelace.                           | 0
            Ada Lovelace  | The answer is not Ada Lovelace.                   | 0
            Ada Lovelace  | The answer is Ada Lovelace or Mary Somerville.    | 0
            yes           | The answer is Yes, both were.                     | 1
            yes           | The answer is yesterday.                          | 0
            7             | The answer is 17.                                 | 0
            7             | The answer is 7 million.                          | 0
            March 3, 1847 | The answer is 3 March 1847.                       | 1
            1847          | The answer is March 3, 1847.                      | 1
            Sète          | The answer is SETE.                               | 1
            """)
    void shouldPayWordsThatEqualOrHoldTheGoldWhenNothingTurnsThem(String gold, String output, double score) {
        assertThat(score(AnswerKind.SHORT_ANSWER, gold, output).score()).isEqualTo(score);
        assertThat(score(AnswerKind.FREE_TEXT, gold, output).score()).isEqualTo(score);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            \\frac{2}{3} | So \\boxed{\\dfrac{2}{3}}.              | \\dfrac{2}{3} | 1
            0.4         | So \\boxed{\\frac{2}{5}}.                | \\frac{2}{5} | 1
            4           | \\boxed{3}, no: \\boxed{\\boxed{ 4 }}     | 4           | 1
            4           | \\boxed{4} and then \\boxed{5           | 4           | 1
            4           | \\boxed{\\boxed{4} + 0}                 | \\boxed{4} + 0 | 0
            4           | The answer is 4                       | -           | 0
            12          | \\boxed{12\\text{ km}}                   | 12\\text{ km} | 1
            """)
    void shouldPayTheLastBalancedBoxWhenItEqualsTheGold(String gold, String output, String extracted, double score) {
        RuleVerdict verdict = score(AnswerKind.MATH_BOXED, gold.replace("\\\\", "\\"), output.replace("\\\\", "\\"));

        assertThat(verdict.extracted()).isEqualTo(extracted == null ? null : extracted.replace("\\\\", "\\"));
        assertThat(verdict.score()).isEqualTo(score);
    }

    @Test
    void shouldCountOnlyWhatFollowsTheThought() {
        RuleReward rule = RuleRewards.DEFAULT.of(AnswerKind.SHORT_ANSWER);
        List<String> golds = List.of("Bern");

        assertThat(rule.score("The answer is Bern.</think>The answer is Oslo.", golds, Map.of(), true)
                        .score())
                .isZero();
        assertThat(rule.score("Hm.</think>The answer is Bern.", golds, Map.of(), true)
                        .score())
                .isEqualTo(1.0);
        assertThat(rule.score("The answer is Bern.", golds, Map.of(), true).extracted())
                .isNull();
        assertThat(rule.score("The answer is Bern.", golds, Map.of(), false).score())
                .isEqualTo(1.0);
    }

    @Test
    void shouldTakeTheLastStatementAndNeverTheTemplateWhenThereAreSeveral() {
        String output =
                "The answer is Oslo. No, the answer is Bern.\nForm: Therefore, the answer is (insert answer here).";

        assertThat(score(AnswerKind.SHORT_ANSWER, "Bern", output).extracted()).isEqualTo("Bern");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            MULTIPLE_CHOICE | Bern
            NUMBER          | many
            SHORT_ANSWER    | ?!
            MATH_BOXED      | $$
            """)
    void shouldGiveNoScoreWhenTheGoldCannotBeRead(AnswerKind kind, String gold) {
        RuleVerdict verdict = score(kind, gold, "The answer is \\boxed{3}");

        assertThat(verdict.score()).isNull();
        assertThat(verdict.reason()).contains(gold);
        assertThat(RuleRewards.DEFAULT
                        .of(kind)
                        .score("The answer is 3", List.of(), Map.of(), false)
                        .score())
                .isNull();
    }

    @Test
    void shouldRefuseAKindThatHasNoRule() {
        assertThatThrownBy(() -> RuleRewards.DEFAULT.of(AnswerKind.UNKNOWN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("UNKNOWN");
    }

    @ParameterizedTest
    @CsvSource({
        // tolerance, whole-below, scale, percent; answer, gold; right?
        "0.01, 0, WORTH_OR_WRITTEN, WORTH_OR_WRITTEN, 32.7, 32.4, true",
        "0.0015, 0, WORTH_OR_WRITTEN, WORTH_OR_WRITTEN, 32.7, 32.4, false",
        "0.0015, 0, SAME, SAME, 2012, 2010, true",
        "0.0015, 10000, SAME, SAME, 2012, 2010, false",
        "0, 0, WORTH_OR_WRITTEN, SAME, 5 million, 5, true",
        "0, 0, WORTH, SAME, 5 million, 5, false",
        "0, 0, WORTH, SAME, 5 million, 5000000, true",
        "0, 0, SAME, SAME, 5 million, 5000000, false",
        "0, 0, SAME, SAME, 5 million, 5 million, true",
        "0, 0, SAME, SAME, 5 thousand, 5 million, false",
        "0, 0, SAME, WORTH_OR_WRITTEN, 5%, 5, true",
        "0, 0, SAME, WORTH_OR_WRITTEN, 5%, 0.05, true",
        "0, 0, SAME, WORTH, 5%, 5, false",
        "0, 0, SAME, WORTH, 0.05, 5%, true",
        "0, 0, SAME, SAME, 5%, 0.05, false",
        "0, 0, SAME, SAME, 5%, 5%, true"
    })
    void shouldCompareNumbersAsTheSettingsSay(
            double tolerance,
            double wholeBelow,
            NumberSettings.Marks scale,
            NumberSettings.Marks percent,
            String answer,
            String gold,
            boolean right) {
        RuleRewards rules = new RuleRewards(
                RuleProfile.DEFAULT, new NumberSettings(tolerance, wholeBelow, scale, percent), SetMeasure.EXACT);

        assertThat(rules.of(AnswerKind.NUMBER)
                        .score("The answer is " + answer, List.of(gold), Map.of(), false)
                        .score())
                .isEqualTo(right ? 1.0 : 0.0);
    }

    @Test
    void shouldPayEqualityAloneUnderThePapersProfile() {
        RuleRewards rules = RuleRewards.of(RuleProfile.PAPER);
        RuleReward words = rules.of(AnswerKind.SHORT_ANSWER);
        RuleReward numbers = rules.of(AnswerKind.NUMBER);

        assertThat(score(words, "the Ghent.", "Ghent")).isEqualTo(1);
        assertThat(score(words, "Ghent, Belgium", "Ghent")).isZero();
        assertThat(score(words, "yes, it is", "yes")).isZero();
        assertThat(score(numbers, "1,234.0", "1234")).isEqualTo(1);
        assertThat(score(numbers, "1234.1", "1234")).isZero();
        assertThat(score(numbers, "5%", "0.05")).isZero();
    }

    private static double score(RuleReward rule, String said, String gold) {
        return Objects.requireNonNull(rule.score("The answer is " + said, List.of(gold), Map.of(), false)
                .score());
    }

    @ParameterizedTest
    @CsvSource({
        "SHORT_ANSWER, Ghent, 'Therefore, the answer is Ghent.', 0, 1",
        "SHORT_ANSWER, Ghent, 'So. </think> Therefore, the answer is Ghent.', 1, 1",
        "NUMBER, 32.4, 'So. </think> Therefore, the answer is (32.4)', 0, 1",
        "NUMBER, 1.114, 'So. </think> Therefore, the answer is 1.119', 0, 1",
        "MULTIPLE_CHOICE, B, 'The correct answer is (B)', 0, 1",
    })
    void shouldDifferFromTheReleasedTrainingRulesAsTheReleasedEvaluationDoes(
            AnswerKind kind, String gold, String output, double training, double evaluation) {
        assertThat(RuleRewards.of(RuleProfile.QWENLONG_L1_COMPAT)
                        .of(kind)
                        .score(output, List.of(gold), Map.of(), true)
                        .score())
                .isEqualTo(training);
        assertThat(RuleRewards.of(RuleProfile.QWENLONG_L1_EVAL)
                        .of(kind)
                        .score(output, List.of(gold), Map.of(), true)
                        .score())
                .isEqualTo(evaluation);
    }
}
