package dev.longstream.rewards.rules;

import dev.longstream.record.AnswerKind;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

class RuleRewardsPropertyTest {
    private static final int LONG = 100_000;
    private static final List<AnswerKind> KINDS = List.of(
            AnswerKind.MULTIPLE_CHOICE,
            AnswerKind.NUMBER,
            AnswerKind.SHORT_ANSWER,
            AnswerKind.MATH_BOXED,
            AnswerKind.FREE_TEXT,
            AnswerKind.ANSWER_SET);
    private static final Map<String, String> OPTIONS = Map.of("A", "one", "B", "two", "1", "", "?]", "three");

    @Property(tries = 300)
    void shouldGiveNoughtOneOrNothingForAnyStringAndTheSameAgain(
            @ForAll("outputs") String output, @ForAll("outputs") String gold, @ForAll boolean thinking) {
        for (AnswerKind kind : KINDS) {
            RuleVerdict verdict = RuleRewards.DEFAULT.of(kind).score(output, List.of(gold), OPTIONS, thinking);

            assertThat(verdict.score()).isIn(null, 0.0, 1.0);
            assertThat(verdict.extracted() != null || verdict.score() == null || verdict.score() == 0.0)
                    .isTrue();
            assertThat(RuleRewards.DEFAULT.of(kind).score(output, List.of(gold), OPTIONS, thinking))
                    .isEqualTo(verdict);
        }
    }

    @Property(tries = 300)
    void shouldPayAnyReadableGoldThatIsStatedAsItStands(
            @ForAll("words") String gold, @ForAll("numbers") String number) {
        assertThat(RuleRewards.DEFAULT
                        .of(AnswerKind.SHORT_ANSWER)
                        .score("The answer is " + gold + ".", List.of(gold), Map.of(), false)
                        .score())
                .isEqualTo(1.0);
        assertThat(RuleRewards.DEFAULT
                        .of(AnswerKind.NUMBER)
                        .score("The answer is " + number + ".", List.of(number), Map.of(), false)
                        .score())
                .isEqualTo(1.0);
        assertThat(RuleRewards.DEFAULT
                        .of(AnswerKind.MATH_BOXED)
                        .score("\\boxed{" + number + "}", List.of(number), Map.of(), false)
                        .score())
                .isEqualTo(1.0);
    }

    @Provide
    Arbitrary<String> outputs() {
        Arbitrary<String> pieces = Arbitraries.of(
                "the answer is ",
                "Answer: ",
                "\\boxed{",
                "}",
                "{",
                "(",
                ")",
                "A",
                "B or C",
                "12,345",
                ".5",
                "e400",
                "e-3",
                "%",
                "/0",
                "\\frac{1}{0}",
                " million",
                "May 5, 1990",
                "00-99-99",
                "1990-99-99",
                "</think>",
                "<think>",
                "**",
                "\n",
                " ",
                "-",
                "^",
                "10^",
                "2²",
                "\\text{ km}",
                "not ",
                "$",
                "1 000",
                "答案是",
                "\uD83D\uDE00",
                "\uD800",
                "İ",
                "ß",
                "insert answer here",
                "[[YES]]",
                "<|end|>",
                "99999999999999999999");
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(60),
                pieces.list().ofMaxSize(12).map(list -> String.join("", list)));
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .ofMinLength(2)
                .ofMaxLength(9)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(list -> String.join(" ", list));
    }

    @Provide
    Arbitrary<String> numbers() {
        return Arbitraries.oneOf(
                Arbitraries.integers().map(String::valueOf),
                Arbitraries.bigDecimals()
                        .between(java.math.BigDecimal.valueOf(-1e9), java.math.BigDecimal.valueOf(1e9))
                        .ofScale(3)
                        .map(d -> d.toPlainString()));
    }

    /** A pattern that backtracks needs minutes or hours for these; the limit only tells those from moments. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\boxed{",
                "{",
                "\\boxed{}",
                "the answer is ",
                "the answer is\n",
                "the answer is (insert ",
                "answer:\n",
                "# ",
                "\n",
                " ",
                "(",
                "\\left",
                "1",
                "1,",
                "1 234 ",
                "1.",
                "1/",
                "e1",
                "0",
                "\\text{",
                "5 \\text",
                "5 may ",
                ", or ",
                "a. ",
                "_. ",
                "( ",
                "A ",
                "A, ",
                "<|",
                "10^",
                "\\frac{",
                "insert ",
                "的",
                "答案 ",
                "'",
                "-",
                "$-"
            })
    @Timeout(value = 60, unit = SECONDS)
    void shouldFinishForHostileLongStrings(String piece) {
        String hostile = piece.repeat(LONG / piece.length());
        for (String output : List.of(
                hostile, "The answer is " + hostile, "\\boxed{" + hostile + "}", "The answer is 5" + hostile + "x")) {
            for (AnswerKind kind : KINDS) {
                RuleVerdict verdict = RuleRewards.DEFAULT.of(kind).score(output, List.of("7"), Map.of(), false);

                assertThat(verdict.score()).isIn(null, 0.0);
            }
        }
    }
}
