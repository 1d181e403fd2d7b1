package dev.longstream.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks that test files are short and that their Given/When/Then comments are bare, in all modules. */
class TestStyleTest {
    private static final int MAX_LINES = 400;

    /** A comment line that begins like a heading of a test's parts. */
    private static final Pattern HEADING = Pattern.compile("//\\s*(?:Given|When|Then)\\b.*");

    private static final List<String> BARE = List.of("// Given", "// When", "// Then");

    @Test
    void shouldKeepTestFilesShortAndTheirHeadingsBare() throws IOException {
        // Given
        Map<String, String> sources = SourceFiles.read(SourceFiles.TEST);
        // When
        List<String> bad = new ArrayList<>();
        sources.forEach((file, source) -> bad.addAll(violations(file, source)));
        // Then
        assertThat(sources).as("test files of all modules").hasSizeGreaterThan(100);
        assertThat(bad)
                .as(
                        "test files of more than %d lines, which should be split, and comments that should be one of %s;"
                                + " an explanation gets a comment of its own",
                        MAX_LINES, BARE)
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "// Given: two prompts",
                "// Given two prompts",
                "// When, then",
                "// When / Then",
                "// Then: the group goes on",
                "// Then:",
                "//Given",
                "        // Then it goes on",
                "\t// When it is closed"
            })
    void shouldNameFileAndLineWhenAHeadingIsNotBare(String comment) {
        // When
        List<String> bad = violations("module/ATest.java", "class ATest {\n" + comment + "\n}\n");
        // Then
        assertThat(bad).containsExactly("module/ATest.java:2 " + comment.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "// Given",
                "        // When",
                "// Then",
                "// Two prompts are given.",
                "// Whenever the log is empty, the reader waits.",
                "// given: a lower-case word is no heading",
                "String text = \"// Given: a string is no comment\";"
            })
    void shouldAcceptALineWhenItIsABareHeadingOrNone(String line) {
        // When
        List<String> bad = violations("module/ATest.java", "class ATest {\n" + line + "\n}\n");
        // Then
        assertThat(bad).isEmpty();
    }

    @Test
    void shouldNameTheFirstLineTooManyWhenAFileIsLong() {
        // Given
        String longest = "\n".repeat(MAX_LINES);
        // When
        List<String> ofLongest = violations("module/ATest.java", longest);
        List<String> ofLonger = violations("module/ATest.java", longest + "}");
        // Then
        assertThat(ofLongest).isEmpty();
        assertThat(ofLonger).containsExactly("module/ATest.java:401 is beyond the limit; the file has 401 lines");
    }

    /** Returns file, line and problem of each violation, as {@code file:line problem}. */
    private static List<String> violations(String file, String source) {
        List<String> lines = source.lines().map(String::strip).toList();
        List<String> bad = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (HEADING.matcher(lines.get(i)).matches() && !BARE.contains(lines.get(i))) {
                bad.add(file + ":" + (i + 1) + " " + lines.get(i));
            }
        }
        if (lines.size() > MAX_LINES) {
            bad.add(file + ":" + (MAX_LINES + 1) + " is beyond the limit; the file has " + lines.size() + " lines");
        }
        return bad;
    }
}
