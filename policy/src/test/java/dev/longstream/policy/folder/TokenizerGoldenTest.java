package dev.longstream.policy.folder;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.policy.file.Json;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

class TokenizerGoldenTest {
    private static final String SET = "tokenizer-smollm2.json";

    @Test
    void shouldTokenizeAsHuggingFaceDoes() {
        JsonNode strings = Json.readObject(Goldens.find(SET)).get("strings");
        try (Tokenizer tokenizer = Tokenizer.open(Goldens.model().resolve("tokenizer.json"))) {
            int agree = 0;
            for (JsonNode string : strings) {
                String text = string.get("text").asText();
                int[] ids = ids(string);
                assertThat(tokenizer.encode(text)).as(text).containsExactly(ids);
                assertThat(tokenizer.decode(ids, true)).isEqualTo(text);
                agree++;
            }
            Goldens.report("tokenizer-smollm2/strings", strings.size(), agree);
        }
    }

    @Test
    void shouldRenderAndTokenizeConversationsAsHuggingFaceDoes() {
        JsonNode chats = Json.readObject(Goldens.find(SET)).get("chats");
        ChatTemplate template = ChatTemplate.read(Goldens.model(), Clock.systemUTC());
        try (Tokenizer tokenizer = Tokenizer.open(Goldens.model().resolve("tokenizer.json"))) {
            int agree = 0;
            for (JsonNode chat : chats) {
                String text = template.render(
                        messages(chat), chat.get("add_generation_prompt").asBoolean(), Map.of());
                assertThat(text).isEqualTo(chat.get("text").asText());
                assertThat(tokenizer.encode(text)).containsExactly(ids(chat));
                agree++;
            }
            Goldens.report("tokenizer-smollm2/chats", chats.size(), agree);
        }
    }

    @Test
    void shouldOpenTheRealFolderWhole() {
        try (PolicyFolder folder = PolicyFolder.open(Goldens.model());
                Tokenizer tokenizer = folder.tokenizer()) {
            assertThat(folder.config().parameters()).isEqualTo(134_515_008);
            assertThat(tokenizer.vocabularySize()).isEqualTo(folder.config().vocabularySize());
            assertThat(tokenizer.id("<|im_end|>")).isEqualTo(2);
            assertThat(folder.generation().endOfSequenceIds()).containsExactly(2);
        }
    }

    private static List<ChatTemplate.Message> messages(JsonNode chat) {
        List<ChatTemplate.Message> messages = new ArrayList<>();
        chat.get("messages")
                .forEach(message -> messages.add(new ChatTemplate.Message(
                        message.get("role").asText(), message.get("content").asText())));
        return messages;
    }

    private static int[] ids(JsonNode node) {
        return StreamSupport.stream(node.get("ids").spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }
}
