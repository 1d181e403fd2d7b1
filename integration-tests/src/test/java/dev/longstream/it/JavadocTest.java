package dev.longstream.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks that the first sentence of every Javadoc has a subject or a verb, in main and test code of all modules. */
class JavadocTest {
    /** A Javadoc comment at the beginning of a line; group 1 is its text. */
    private static final Pattern JAVADOC = Pattern.compile("(?ms)^[ \\t]*/\\*\\*(?!/)(.*?)\\*/");

    /** Blanks, line ends and asterisks before the first word of a comment. */
    private static final Pattern MARGIN = Pattern.compile("[\\s*]*");

    /** Beginnings of incomplete sentences, and block tags, which need a summary before them. */
    private static final Pattern BAD_BEGINNING = Pattern.compile(
            "(?:What|Of|The same|As|Told|Asked|Heard|Which|Who|Whose|Whether|Where|How|When|Why|Whatever)\\b|@[a-z]+",
            Pattern.CASE_INSENSITIVE);

    @Test
    void shouldBeginEveryJavadocWithACompleteSummary() throws IOException {
        // Given
        Map<String, String> sources = SourceFiles.read(SourceFiles.MAIN, SourceFiles.TEST);
        // When
        List<String> bad = new ArrayList<>();
        sources.forEach((file, source) -> bad.addAll(badJavadocs(file, source)));
        // Then
        assertThat(sources).as("Java files of all modules").hasSizeGreaterThan(100);
        assertThat(bad)
                .as("Javadocs whose summary is missing or has neither subject nor verb; say what the thing is or does")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/** What clients are given. */",
                "/** Of two answers. */",
                "/** The same for folders. */",
                "/** As {@code kill -9}. */",
                "/** Told of every step. */",
                "/** Asked once a minute. */",
                "/** Heard by nobody. */",
                "/** Which of the two is used. */",
                "/** Whether it is open. */",
                "/** How a command ended. */",
                "/** @param status from 400 to 599 */",
                "/** @return the sum */",
                "/**\n * What clients are given.\n */",
                "/**\n     * What\n     * clients are given.\n     */",
                "/**\n *\n * @throws IOException if the disk is full\n */"
            })
    void shouldFindAJavadocWhenItsSummaryIsIncomplete(String javadoc) {
        // When
        List<String> bad = badJavadocs("module/A.java", "package a;\n\n" + javadoc + "\nclass A {}\n");
        // Then
        assertThat(bad).singleElement().asString().startsWith("module/A.java:3 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/** Returns what clients are given. */",
                "/** Asks one question. */",
                "/** Offset of the last record. */",
                "/** Assigns a prompt to a worker. */",
                "/** {@inheritDoc} */",
                "/**\n * Sum of an array.\n *\n * @param values numbers to add\n */",
                "/* What this comment says is no Javadoc. */",
                "/**/",
                "String text = \"/** What a string holds is no Javadoc. */\";"
            })
    void shouldAcceptTextWhenItIsNoIncompleteJavadoc(String text) {
        // When
        List<String> bad = badJavadocs("module/A.java", "package a;\n\n" + text + "\nclass A {}\n");
        // Then
        assertThat(bad).isEmpty();
    }

    @Test
    void shouldNameTheLineOfEachJavadocWhenAFileHasSeveral() {
        // Given
        String source = "/** Adds numbers. */\nclass A {\n    /** What is added. */\n    int a;\n\n"
                + "    /**\n     * @return a\n     */\n    int a() {}\n}\n";
        // When
        List<String> bad = badJavadocs("A.java", source);
        // Then
        assertThat(bad).containsExactly("A.java:3 What is added.", "A.java:6 @return a");
    }

    /** Returns file, line and text of each Javadoc with a bad beginning, as {@code file:line text}. */
    private static List<String> badJavadocs(String file, String source) {
        List<String> bad = new ArrayList<>();
        for (MatchResult javadoc : JAVADOC.matcher(source).results().toList()) {
            String text = MARGIN.matcher(javadoc.group(1)).replaceFirst("");
            Matcher beginning = BAD_BEGINNING.matcher(text);
            if (beginning.lookingAt()) {
                long line = source.substring(0, javadoc.start()).lines().count() + 1;
                bad.add(file + ":" + line + " "
                        + text.lines().findFirst().orElse("").strip());
            }
        }
        return bad;
    }
}
