package dev.longstream.files;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Rendering of tables as text, Markdown and CSV. */
class TableTest {
    private final Table table = new Table("name", "value").row("a|b", "1").row("one, \"two\"", "20.5");

    @Test
    void shouldAlignMarkdownAndEscapeItsBars() {
        assertThat(table.markdown())
                .containsExactly(
                        "| name       | value |",
                        "|------------|-------|",
                        "| a\\|b       | 1     |",
                        "| one, \"two\" | 20.5  |");
    }

    @Test
    void shouldQuoteCellsOfCsvThatNeedIt() {
        assertThat(table.csv()).containsExactly("name,value", "a|b,1", "\"one, \"\"two\"\"\",20.5");
    }

    @Test
    void shouldAlignNumbersToTheRightOfText() {
        assertThat(table.text(12, 4))
                .containsExactly("name         value", "a|b              1", "one, \"two\"    20.5");
    }

    @Test
    void shouldRefuseARowOfAnotherLength() {
        assertThatThrownBy(() -> table.row("alone"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 cells, expected 2");
    }
}
