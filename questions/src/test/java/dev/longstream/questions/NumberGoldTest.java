package dev.longstream.questions;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class NumberGoldTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "-12.6",
                "−12.6",
                "1,234,567.5",
                "(1,234)",
                "$5 million",
                "-$5",
                "$-5",
                "6.67%",
                "40 percent",
                "1/4",
                "2.5e-3",
                ".5",
                "+3"
            })
    void shouldReadOneNumber(String gold) {
        assertThat(NumberGold.isReadable(gold)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ten",
                "7 or 8",
                "1,23",
                "1.2.3",
                "32,4",
                "1/0",
                "--5",
                "-$-5",
                "$(426)",
                "(9.8) million",
                "5 dollars",
                "1e999",
                "٣",
                "$"
            })
    void shouldNotReadWhatTheRuleMightReadOtherwise(String gold) {
        assertThat(NumberGold.isReadable(gold)).isFalse();
    }
}
