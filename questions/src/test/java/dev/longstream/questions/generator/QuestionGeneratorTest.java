package dev.longstream.questions.generator;

import dev.longstream.config.ConfigurationException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class QuestionGeneratorTest {
    private static GeneratorConfig config(int count, int longerThan, int upTo, long seed) {
        return new GeneratorConfig(count, longerThan, upTo, 3, List.of(3.0, 4.0, 3.0), 0.4, 0.4, seed);
    }

    @Property(tries = 50)
    void shouldAnswerEveryQuestionByFollowingItsEvidenceThroughTheDocument(@ForAll @LongRange(max = 10_000) long seed) {
        for (GeneratedQuestion question :
                new QuestionGenerator(config(5, 24, 192, seed)).questions().toList()) {
            String document = question.prompt().documents().get(0).text();
            String[] quoted = question.evidence().split(" \\.(?: |$)");

            assertThat(quoted)
                    .hasSize(Integer.parseInt(question.prompt().attributes().get("hops")));
            assertThat(quoted).allSatisfy(fact -> assertThat(document).contains(fact + " ."));
            assertThat(quoted[quoted.length - 1])
                    .endsWith(" " + question.prompt().golds().get(0));
        }
    }

    @Property(tries = 50)
    void shouldGiveEveryQuestionOneAnswer(@ForAll @LongRange(max = 10_000) long seed) {
        String document = new QuestionGenerator(config(1, 24, 400, seed))
                .question(0)
                .prompt()
                .documents()
                .get(0)
                .text();
        Map<String, String> values = new HashMap<>();
        for (String sentence : document.split(" \\.(?: |$)")) {
            String[] words = sentence.split(" ");
            if (words[2].equals("of")) {
                String value = String.join(" ", Arrays.asList(words).subList(4, words.length));
                assertThat(values.put(words[1] + " of " + words[3], value))
                        .as(sentence)
                        .isNull();
            }
        }
    }

    @Property(tries = 30)
    void shouldKeepToItsLengths(@ForAll @IntRange(min = 0, max = 2000) int longerThan) {
        int upTo = longerThan + 100;
        new QuestionGenerator(config(4, longerThan, upTo, 7)).questions().forEach(question -> {
            int words = 3
                    + FactDocument.count(question.prompt().documents().get(0).text())
                    + FactDocument.count(question.prompt().question());
            assertThat(words).isGreaterThan(longerThan).isLessThanOrEqualTo(upTo);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 1_000, 131_072})
    void shouldReachAnyLength(int upTo) {
        GeneratedQuestion question = new QuestionGenerator(config(1, upTo - 30, upTo, 3)).question(0);

        assertThat(FactDocument.count(question.prompt().documents().get(0).text()))
                .isBetween(upTo - 60, upTo);
    }

    @Test
    void shouldUseOnlyTheWordsOfItsVocabulary() {
        Set<String> known = new HashSet<>(Vocabulary.vocabulary());
        new QuestionGenerator(config(200, 24, 300, 1)).questions().forEach(question -> {
            String all = question.prompt().documents().get(0).text() + " "
                    + question.prompt().question() + " " + question.demonstration(true);
            assertThat(known).containsAll(List.of(all.split(" ")));
        });
    }

    @Test
    void shouldRepeatItselfFromASeedAndDifferFromAnother() {
        assertThat(new QuestionGenerator(config(3, 24, 192, 5)).questions().toList())
                .isEqualTo(
                        new QuestionGenerator(config(3, 24, 192, 5)).questions().toList());
        assertThat(new QuestionGenerator(config(1, 24, 192, 5))
                        .question(0)
                        .prompt()
                        .documents())
                .isNotEqualTo(new QuestionGenerator(config(1, 24, 192, 6))
                        .question(0)
                        .prompt()
                        .documents());
    }

    @Test
    void shouldNameEveryProblemOfItsConfiguration() {
        assertThatThrownBy(() -> new GeneratorConfig(0, 10, 10, 3, List.of(), 0, 1, 1))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("generate.count is 0")
                .hasMessageContaining("generate.up-to is 10")
                .hasMessageContaining("generate.longer-than is 10")
                .hasMessageContaining("generate.hop-weights is []")
                .hasMessageContaining("generate.fact-share is 0.0");
    }
}
