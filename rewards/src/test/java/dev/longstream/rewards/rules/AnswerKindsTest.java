package dev.longstream.rewards.rules;

import dev.longstream.record.AnswerKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Tables of answers by kind: which are right, and which differ from the gold in a mark that counts. */
class AnswerKindsTest {
    private static final Map<String, String> OPTIONS = Map.of("A", "Paris", "B", "Rome", "C", "Oslo", "D", "Bern");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            BBB+       | BBB+.                | 1
            BBB+       | BBB-.                | 0
            BBB        | BBB+.                | 0
            O+         | O-.                  | 0
            O-         | O-.                  | 1
            C++        | C++.                 | 1
            C++        | C.                   | 0
            C          | C++.                 | 0
            C#         | C.                   | 0
            p < 0.05   | p < 0.05.            | 1
            p < 0.05   | p > 0.05.            | 0
            p < 0.05   | p = 0.05.            | 0
            $5 million | $5 million.          | 1
            $5 million | 5 million.           | 1
            $5 million | €5 million.          | 0
            5          | 5 millions.          | 0
            5          | 5 hundred.           | 0
            5          | 5 lakh.              | 0
            increase   | an increase.         | 1
            increase   | lack of increase.    | 0
            profitable | hardly profitable.   | 0
            パリ       | パリ。               | 1
            パリ       | バリ。               | 0
            कुल        | कुल।                 | 1
            कुल        | कल।                  | 0
            Sète       | Sete.                | 1
            Артём      | Артем.               | 1
            край       | краи.                | 0
            서울       | 서울.                | 1
            well-known | well-known.          | 1
            p < 0.05   | p ≤ 0.05.            | 0
            p ≤ 0.05   | p <= 0.05.           | 1
            x = 3      | x ≠ 3.               | 0
            x = 3      | x != 3.              | 0
            A → B      | A ← B.               | 0
            A → B      | A -> B.              | 1
            3:2        | 3/2.                 | 0
            3:2        | 3-2.                 | 0
            3:2        | 3 : 2.               | 1
            1/2        | 1 2.                 | 0
            2018/19    | 2018/19.             | 1
            2+2        | 2-2.                 | 0
            2 × 3      | 2 + 3.               | 0
            Ca2+       | Ca2.                 | 0
            Ca2+       | Ca2-.                | 0
            Ca2+       | Ca2+.                | 1
            SO4^2-     | SO4^2+.              | 0
            50         | 50+.                 | 0
            B♭         | B.                   | 0
            B♭         | B flat.              | 1
            5          | -5.                  | 0
            5          | -$5.                 | 0
            5 °C       | -5 °C.               | 0
            5          | ±5.                  | 0
            5          | 5‰.                  | 0
            5 mW       | 5 MW.                | 0
            5 kg       | 5 KG.                | 1
            (5)        | 5.                   | 0
            (5)        | (5).                 | 1
            (5)        | -5.                  | 1
            $(5)       | $5.                  | 0
            $(5)       | -$5.                 | 1
            1990       | (1990).              | 1
            1990       | 1990 BC.             | 0
            1990       | before 1990.         | 0
            1990       | in 1990.             | 1
            5          | half of 5.           | 0
            5          | twice 5.             | 0
            Paris      | outside Paris.       | 0
            Paris      | maybe Paris.         | 0
            Paris      | in Paris.            | 1
            Henry      | Henry II.            | 0
            yes        | yes, no.             | 0
            yes        | yes, it does.        | 1
            """)
    void shouldPayWordsOnlyWithTheirMarks(String gold, String answer, double score) {
        assertThat(score(AnswerKind.SHORT_ANSWER, gold, "Therefore, the answer is " + answer))
                .isEqualTo(score);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            5       | 5 + 3 = 8                  | 0
            8       | 5 + 3 = 8                  | 1
            5       | x = 5                      | 1
            5       | a = 3, b = 5               | 0
            15      | 15 × 4 = 60                | 0
            60      | 15 × 4 = 60                | 1
            3       | 3:2                        | 0
            2       | 2x3                        | 0
            210     | 2**10                      | 0
            3       | 3*10**8                    | 0
            3e8     | 3*10**8                    | 1
            12      | $12\\,000$               | 0
            12000   | $12\\,000$               | 1
            1234    | $1{,}234$                  | 1
            1       | $1{,}234$                  | 0
            12      | 12% of 50, that is 6       | 0
            12      | 12%                        | 1
            5       | 5 lakh                     | 0
            500000  | 5 lakh                     | 1
            5       | 5 thousandths              | 0
            0.005   | 5 thousandths              | 1
            60      | 5 dozen                    | 1
            5       | 5 million                  | 1
            2.5     | 2½                         | 1
            10.5    | 2½                         | 0
            2.5     | 2 1/2                      | 1
            2.5     | 2\\frac{1}{2}            | 1
            0.5     | $\\frac12$               | 1
            -5      | ‑5                         | 1
            5       | negative 5                 | 0
            -5      | negative 5                 | 1
            5000    | R$5,000                    | 1
            5000    | CHF 5,000                  | 1
            42      | 42^\\circ                | 1
            42      | 42^2                       | 0
            7       | 7                          | 1
            7       | 7 people in 2019           | 1
            7       | $7 per share               | 1
            7       | 7 kg of rice               | 1
            7       | 7 square metres            | 1
            5       | 5 or more                  | 0
            5       | 5+                         | 0
            5       | 5 ± 3                      | 0
            5       | 5 out of 7                 | 0
            5       | 5 in 7                     | 0
            5       | 5 per 100                  | 0
            5       | 5∶6                        | 0
            5       | 5 times 7                  | 0
            5       | 5 divided by 7             | 0
            5       | 5 ⋅ 6                      | 0
            5       | 5 over 6                   | 0
            5       | 5 (or 6)                   | 0
            5       | 5 < x < 7                  | 0
            5       | 5~7                        | 0
            5       | 5π                         | 0
            5       | 5\\sqrt{2}               | 0
            5       | 5 squared                  | 0
            5       | 5 and a half               | 0
            5       | 5‰                         | 0
            5       | 5 per mille                | 0
            5       | 5 quadrillion              | 0
            5       | 5 Mrd                      | 0
            5       | 5万                        | 0
            50000   | 5万                        | 1
            $5      | €5                         | 0
            $5      | 5                          | 1
            5 kg    | 5 g                        | 0
            5 kg    | 5 kg                       | 1
            5 kilograms | 5 grams                | 0
            5 mW    | 5 MW                       | 0
            """)
    void shouldReadANumberWithItsSignScaleAndExpression(String gold, String answer, double score) {
        assertThat(score(AnswerKind.NUMBER, gold, "Therefore, the answer is " + answer.replace("\\\\", "\\") + "."))
                .isEqualTo(score);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
            B | The correct answer is \\boxed{\\textbf{(B)}}. | 1
            B | \\boxed{\\textbf{(B)}\\ Rome}               | 1
            B | The correct answer is 'B'.                    | 1
            B | The correct answer is “B”.                    | 1
            B | The correct answer is "B", Rome.              | 1
            A | The correct answer is 'B'.                    | 0
            B | The correct answer is B's friend.             | 0
            B | The correct answer is (B). The answer is clear from the second paragraph. | 1
            """)
    void shouldReadAnOptionHoweverItIsWrapped(String gold, String output, double score) {
        assertThat(score(AnswerKind.MULTIPLE_CHOICE, gold, output.replace("\\\\", "\\")))
                .isEqualTo(score);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            \\sqrt{2} | \\sqrt2  | 1
            \\sqrt{2} | √2       | 1
            \\infty   | ∞        | 1
            x \\leq 3 | x ≤ 3    | 1
            x \\leq 3 | x ≥ 3    | 0
            12000     | 12\\,000 | 1
            """)
    void shouldReadSymbolsAsTheirCommands(String gold, String box, double score) {
        assertThat(score(
                        AnswerKind.MATH_BOXED,
                        gold.replace("\\\\", "\\"),
                        "\\boxed{" + box.replace("\\\\", "\\") + "}"))
                .isEqualTo(score);
    }

    private static Double score(AnswerKind kind, String gold, String output) {
        return RuleRewards.DEFAULT
                .of(kind)
                .score(output, List.of(gold), kind == AnswerKind.MULTIPLE_CHOICE ? OPTIONS : Map.of(), false)
                .score();
    }
}
