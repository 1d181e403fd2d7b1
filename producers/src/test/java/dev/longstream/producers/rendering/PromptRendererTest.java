package dev.longstream.producers.rendering;

import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.questions.Turn;
import dev.longstream.record.AnswerKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class PromptRendererTest {
    private static final Path SHIPPED = Path.of("..", "models", "quickstart");

    @TempDir
    Path folder;

    @BeforeEach
    void copyModel() throws IOException {
        try (Stream<Path> files = Files.list(SHIPPED)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Files.writeString(
                folder.resolve("chat_template.jinja"),
                """
                {%- for m in messages %}{{ m.content }} {% endfor %}\
                {%- if friend is defined and friend == 2 %}Anna {% endif %}\
                {%- if think is defined and not think %}<|end|>{% else %}<think>{% endif %}""");
    }

    @Test
    void shouldPutTheSystemMessageFirstAndPassVariablesToTheTemplate() {
        PromptForm form = new PromptForm(PromptStyle.PLAIN, "The teacher", Map.of("friend", "2", "think", "false"));

        assertThat(rendered(form)).isEqualTo("The teacher Where is Ada ? Anna <|end|>");
    }

    @Test
    void shouldRenderWithoutThemWhereNoneAreConfigured() {
        assertThat(rendered(PromptForm.of(PromptStyle.PLAIN))).isEqualTo("Where is Ada ? <think>");
    }

    @Test
    void shouldKeepTheSystemMessageOfAConversation() {
        PromptForm form = new PromptForm(PromptStyle.PLAIN, "The teacher", Map.of());

        try (PolicyFolder open = PolicyFolder.open(folder);
                PromptRenderer renderer = new PromptRenderer(open, form)) {
            assertThat(renderer.decode(
                            renderer.render(List.of(new Turn("system", "The boss"), new Turn("user", "is")))))
                    .isEqualTo("The boss is <think>");
        }
    }

    @Test
    void shouldTellWhetherThePromptOpensAThought() {
        assertThat(opensThought(Map.of())).isTrue();
        assertThat(opensThought(Map.of("think", "false"))).isFalse();
    }

    private boolean opensThought(Map<String, String> variables) {
        try (PolicyFolder open = PolicyFolder.open(folder);
                PromptRenderer renderer =
                        new PromptRenderer(open, new PromptForm(PromptStyle.PLAIN, null, variables))) {
            return renderer.opensThought();
        }
    }

    private String rendered(PromptForm form) {
        try (PolicyFolder open = PolicyFolder.open(folder);
                PromptRenderer renderer = new PromptRenderer(open, form)) {
            return renderer.decode(renderer.render("Where is Ada ?", AnswerKind.SHORT_ANSWER, List.of()))
                    .strip();
        }
    }
}
