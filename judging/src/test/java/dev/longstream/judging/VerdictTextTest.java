package dev.longstream.judging;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class VerdictTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[[YES]]",
                " [[YES]]\n",
                "yes",
                "Yes.",
                "**YES**",
                "**[[YES]]**",
                "<think>NO, wait.\n[[NO]]</think>\n[[YES]]",
                "They mean the same town.\n\n[[YES]]"
            })
    void shouldReadAVerdictThatIsALineOfItsOwn(String reply) {
        assertThat(VerdictText.read(reply)).hasValue(1.0);
        assertThat(VerdictText.read(reply.replace("NO", "?").replaceAll("(?i)yes", "NO")))
                .hasValue(0.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n",
                "YES and no",
                "The verdict is [[YES]]",
                "[[YES]] because they are the same",
                "[[YES]]\n[[NO]]",
                "NO\n[[YES]]",
                "[[YES]]\nThat is all.",
                "It is YES\nYES",
                "[YES]",
                "[[yes]]",
                "YESNO",
                "EYES",
                "<think>hm\n[[YES]]",
                "**[[YES]]",
                "[[MAYBE]]"
            })
    void shouldReadNothingElseAsAVerdict(String reply) {
        assertThat(VerdictText.read(reply)).isEmpty();
    }
}
