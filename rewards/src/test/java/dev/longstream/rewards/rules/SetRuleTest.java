package dev.longstream.rewards.rules;

import dev.longstream.record.AnswerKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Tables of answers that are sets: right ones, wrong ones, and those that are right in part. */
class SetRuleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Paris; Rome; Oslo          | Oslo, Paris and Rome                  | 1
            Paris; Rome; Oslo          | Oslo; Paris; Rome                     | 1
            Paris; Rome; Oslo          | the Oslo, "Paris", and *Rome*         | 1
            Paris; Rome; Oslo          | [Paris, Rome, Oslo]                   | 1
            Paris; Rome; Oslo          | ["Paris", "Rome", "Oslo"]             | 1
            Paris; Rome; Oslo          | {Paris, Rome, Oslo}                   | 1
            Paris; Rome; Oslo          | \\{Paris, Rome, Oslo\\}               | 1
            Paris; Rome; Oslo          | $\\{Paris, Rome, Oslo\\}$             | 1
            Paris; Rome; Oslo          | the following three cities: Paris, Rome and Oslo | 1
            Paris; Rome; Oslo          | Paris, Rome, Oslo and Rome            | 1
            Paris; Rome                | both Paris and Rome                   | 1
            Paris                      | Paris                                 | 1
            Paris; Rome; Oslo          | Oslo, Paris                           | 0
            Paris; Rome; Oslo          | Oslo, Paris, Rome, Bern               | 0
            Paris; Rome; Oslo          | Oslo, Paris, Rome, etc                | 0
            Paris; Rome                | Paris or Rome                         | 0
            Paris; Rome                | either Paris, or Rome                 | 0
            Paris; Rome                | Paris, but not Rome                   | 0
            Paris; Rome                | neither Paris nor Rome                | 0
            Paris; Rome                | all but Paris, Rome                   | 0
            Paris; Rome                | not Paris, Rome                       | 0
            Paris; Rome                | Paris, Rome, except Oslo              | 0
            Trinidad and Tobago; Peru  | Peru, Trinidad and Tobago             | 1
            Trinidad and Tobago; Peru  | Peru, Trinidad, Tobago                | 0
            Washington, D.C.; Oslo     | Oslo; Washington, D.C.                | 1
            BBB+; A                    | A, BBB+                               | 1
            BBB+; A                    | A, BBB-                               | 0
            BBB+; A                    | A, BBB                                | 0
            p < 0.05; n > 30           | n > 30, p < 0.05                      | 1
            p < 0.05; n > 30           | n < 30, p > 0.05                      | 0
            2018; 2019                 | 2019 and 2018                         | 1
            2018; 2019                 | 2019 and 2017                         | 0
            1,200; 300                 | 300, 1,200                            | 1
            1200; 300                  | $300 and $1,200                       | 1
            1,200; 300                 | 1, 200, 300                           | 0
            $5; $7                     | €5 and €7                             | 0
            -5; 7                      | 7, 5                                  | 0
            -5; 7                      | 7, -5                                 | 1
            5; 7                       | 5.0 and 7                             | 1
            5; 7                       | 5 lakh, 7                             | 0
            5%; 7%                     | 7%, 5%                                | 1
            5; 7                       | 5:7                                   | 0
            5; 7                       | 5/7                                   | 0
            パリ; ローマ                | ローマ、パリ                           | 1
            パリ; ローマ                | ローマ、バリ                           | 0
            """)
    void shouldPayASetThatHasTheMembersAndNoOther(String golds, String answer, double score) {
        assertThat(score(SetMeasure.EXACT, golds, "Therefore, the answer is " + answer.replace("\\\\", "\\") + ".")
                        .score())
                .isEqualTo(score);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Paris; Rome; Oslo | Rome, Oslo                   | 1    | 0.6667 | 0.8
            Paris; Rome; Oslo | Rome, Oslo, Bern, Paris      | 0.75 | 1      | 0.8571
            Paris; Rome; Oslo | Bern                         | 0    | 0      | 0
            Paris; Rome; Oslo | Rome, Rome, Rome             | 1    | 0.3333 | 0.5
            Paris; Rome; Oslo | Bern, Bern, Rome             | 0.5  | 0.3333 | 0.4
            Paris; Rome       | not Paris and Rome           | 0    | 0      | 0
            Paris; Rome       | Paris or Rome                | 0    | 0      | 0
            Paris; Rome       | Paris, Rome, no others       | 0    | 0      | 0
            BBB+; A           | BBB-, A                      | 0.5  | 0.5    | 0.5
            5; 7              | 5, 5.001                     | 0.5  | 0.5    | 0.5
            """)
    void shouldMeasureASetThatIsRightInPart(String golds, String answer, double precision, double recall, double f1) {
        String output = "Therefore, the answer is " + answer + ".";
        assertThat(score(SetMeasure.PRECISION, golds, output).score()).isCloseTo(precision, within(1e-4));
        assertThat(score(SetMeasure.RECALL, golds, output).score()).isCloseTo(recall, within(1e-4));
        assertThat(score(SetMeasure.F1, golds, output).score()).isCloseTo(f1, within(1e-4));
    }

    @Test
    void shouldReadTheMembersFromAListBelowTheStatement() {
        assertThat(score(
                                SetMeasure.EXACT,
                                "Paris; Trinidad and Tobago; Oslo",
                                "I looked.\nThe answer is:\n- Oslo\n- Trinidad and Tobago\n- **Paris**\n")
                        .score())
                .isEqualTo(1);
        assertThat(score(SetMeasure.EXACT, "Paris; Rome", "The answer is the following cities:\n\n1. Paris\n2. Rome\n")
                        .score())
                .isEqualTo(1);
        assertThat(score(SetMeasure.EXACT, "Paris", "The answer is:\n- Paris\n- Rome\n")
                        .score())
                .isEqualTo(0);
        assertThat(score(SetMeasure.EXACT, "Paris; Rome", "\\boxed{Rome, Paris}")
                        .score())
                .isEqualTo(1);
    }

    @Test
    void shouldSayWhatItFound() {
        assertThat(score(SetMeasure.F1, "Paris; Rome", "The answer is Rome; Bern."))
                .isEqualTo(new RuleVerdict(0.5, "Rome; Bern", "has 1 of 2 members and 1 other (f1)"));
        assertThat(score(SetMeasure.F1, "Paris; Rome", "I do not know").score()).isEqualTo(0);
        assertThat(score(SetMeasure.F1, "Paris; -", "The answer is Paris.").score())
                .isNull();
        assertThat(RuleRewards.of(RuleProfile.QWENLONG_L1_COMPAT)
                        .of(AnswerKind.ANSWER_SET)
                        .score("The answer is Paris.", List.of("Paris"), Map.of(), false)
                        .reason())
                .contains("no rule for sets");
    }

    private static RuleVerdict score(SetMeasure measure, String golds, String output) {
        return new RuleRewards(RuleProfile.DEFAULT, NumberSettings.DEFAULT, measure)
                .of(AnswerKind.ANSWER_SET)
                .score(output, Arrays.asList(golds.split(";\\s*")), Map.of(), false);
    }
}
