package dev.longstream.policy.folder;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.folder.ChatTemplate.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChatTemplateTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-05T14:07:09Z"), ZoneOffset.UTC);
    private static final Map<String, String> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");
    private static final List<Message> HELLO = List.of(new Message("user", "Hello"));

    /** Texts in templates/expected.json are what Jinja2 3.1.6, set up as transformers 4.57 does, makes of the templates beside it. */
    static Stream<JsonNode> renderedByJinja() throws IOException {
        return StreamSupport.stream(
                Json.MAPPER.readTree(resource("expected.json")).spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("renderedByJinja")
    void shouldRenderWhatJinjaRenders(JsonNode expected) {
        // Given
        ChatTemplate template = template(resource(expected.get("template").asText()));
        List<Message> messages = new ArrayList<>();
        expected.get("messages")
                .forEach(turn -> messages.add(new Message(
                        turn.get("role").asText(), turn.get("content").asText())));
        @SuppressWarnings("unchecked")
        Map<String, Object> extra = Json.MAPPER.convertValue(expected.get("extra"), Map.class);
        // When
        String text =
                template.render(messages, expected.get("add_generation_prompt").asBoolean(), extra);
        // Then
        assertThat(text).isEqualTo(expected.get("text").asText());
    }

    @Test
    void shouldNotRunWhatAMessageSays() {
        assertThat(template("{{ messages[0].content }}")
                        .render(List.of(new Message("user", "{{ bos_token }}{% if x %}")), true, Map.of()))
                .isEqualTo("{{ bos_token }}{% if x %}");
    }

    @Test
    void shouldTakeTheTextFalseForAText() {
        assertThat(template("{% if messages[0].content %}{{ messages[0].content }}{% endif %}")
                        .render(List.of(new Message("user", "False")), true, Map.of()))
                .isEqualTo("False");
    }

    @Test
    void shouldMissAFilterOrATestOnlyWhereItIsApplied() {
        String source =
                "{% if tools is defined %}{{ tools | unknown }}{% if tools is unheard %}{% endif %}{% endif %}Hi";

        assertThat(template(source).render(HELLO, true, Map.of())).isEqualTo("Hi");
        assertThatThrownBy(() -> template(source).render(HELLO, true, Map.of("tools", "x")))
                .isInstanceOf(PolicyFolderException.class)
                .hasMessageContaining("the filter unknown is not supported");
    }

    @Test
    void shouldTrimEveryBlankThatPythonTrims() {
        assertThat(template("[{{ messages[0].content | trim }}]")
                        .render(List.of(new Message("user", "\u00a0a\u2003")), true, Map.of()))
                .isEqualTo("[a]");
    }

    @Test
    void shouldGoThroughTheItemsOfAMapping() {
        String source = "{% for name, value in arguments | items %}{{ name ~ '=' ~ value }};{% endfor %}";

        assertThat(template(source).render(HELLO, true, Map.of("arguments", new TreeMap<>(Map.of("a", 1, "b", 2)))))
                .isEqualTo("a=1;b=2;");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
            {{ ['a', 1, true] }}             | ['a', 1, True]
            {{ ["it's", none] }}             | ["it's", None]
            {{ 1 == 1 }}                     | True
            {{ [] }}                         | []
            {{ ' a  b '.split() }}           | ['a', 'b']
            """)
    void shouldPrintValuesAsPythonDoes(String source, String expected) {
        assertThat(template(source).render(HELLO, true, Map.of())).isEqualTo(expected);
    }

    @Test
    void shouldSayWhyATemplateRefusesAConversation() {
        assertThatThrownBy(() -> template("{{ raise_exception('roles must alternate') }}")
                        .render(HELLO, true, Map.of()))
                .isInstanceOf(PolicyFolderException.class)
                .hasMessageContaining("refuses the conversation: roles must alternate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for m in messages if m.role == 'user' %}{% endfor %}",
                "{% for m in messages %}{{ m }}{% else %}none{% endfor %}",
                "{{ messages[::2] }}",
                "{% if messages %}",
                "{{ messages",
                "{{ 'a' }",
                "{{ 'open }}",
                "{% raw %}{{ x }}",
                "{# open",
                "{% unknown %}",
                "{{ messages|unknown }}",
                "{{ messages[0].content.casefold() }}",
                "{{ unknown_function(1) }}"
            })
    void shouldRefuseWhatItCannotRender(String source) {
        assertThatThrownBy(() -> template(source).render(HELLO, true, Map.of()))
                .isInstanceOf(PolicyFolderException.class)
                .hasMessageContaining("test template");
    }

    /** Runs what CVE-2026-25526 allowed, and other ways from a value to its class. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for class, x in [messages] %}{{ class }}{% endfor %}",
                "{% for class, empty in [messages, messages] %}{{ class.classLoader }}{{ class.name }}{% endfor %}",
                "{{ messages.class }}",
                "{{ messages.getClass() }}",
                "{{ messages[0]['class'] }}",
                "{{ messages[0].content.getClass().forName('java.lang.Runtime') }}",
                "{{ ____int3rpr3t3r____ }}",
                "{{ ____int3rpr3t3r____.config }}"
            })
    void shouldShowNoClassWhenATemplateReachesForOne(String source) {
        // When
        String text;
        try {
            text = template(source).render(HELLO, true, Map.of());
        } catch (PolicyFolderException e) {
            text = "";
        }
        // Then
        assertThat(text).doesNotContain("java.", "class ", "jinjava", "@");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% macro again(x) %}{{ again(x) }}{% endmacro %}{{ again(1) }}",
                "{% for a in range(1000) %}{% for b in range(1000) %}{{ messages[0].content }}{% endfor %}{% endfor %}",
                "{% set n = namespace(s=messages[0].content) %}{% for a in range(100) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
                "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}{% endfor %}{% endfor %}{% endfor %}"
            })
    void shouldRefuseATemplateThatWouldNotEnd(String source) {
        // Given
        ChatTemplate template = template(source);
        List<Message> messages = List.of(new Message("user", "long ".repeat(20_000)));
        // Then
        assertThatThrownBy(() -> template.render(messages, true, Map.of()))
                .isInstanceOf(PolicyFolderException.class)
                .hasMessageContaining("test template");
    }

    @Test
    void shouldFindTheTemplateInEachPlaceItMayBe(@TempDir Path folder) throws IOException {
        // Given
        // The template is a key of the tokenizer's configuration.
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                """
                {"eos_token": {"content": "</s>"}, "chat_template": "key{{ eos_token }}"}""");
        assertThat(render(folder)).isEqualTo("key</s>");
        // Given
        // The key holds a list of named templates.
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                """
                {"chat_template": [{"name": "rag", "template": "rag"}, {"name": "default", "template": "named"}]}""");
        assertThat(render(folder)).isEqualTo("named");
        // Given
        // The template has a file of its own.
        Files.writeString(folder.resolve("chat_template.jinja"), "file\n");
        assertThat(render(folder)).isEqualTo("file");
    }

    @Test
    void shouldSayThatAFolderHasNoTemplate(@TempDir Path folder) {
        assertThatThrownBy(() -> render(folder))
                .isInstanceOf(PolicyFolderException.class)
                .hasMessageContaining("has no chat template");
    }

    private static String render(Path folder) {
        return ChatTemplate.read(folder, CLOCK).render(HELLO, true, Map.of());
    }

    private static ChatTemplate template(String source) {
        return ChatTemplate.of("test template", source, TOKENS, CLOCK);
    }

    private static String resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(ChatTemplateTest.class.getResourceAsStream("templates/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
