package dev.longstream.policy.folder;

import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.folder.ChatTemplate.Message;
import dev.longstream.policy.safetensors.SafeTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class NewPolicyTest {
    private static final ModelConfig CONFIG = new ModelConfig(
            ModelConfig.Family.QWEN3,
            300,
            64,
            2,
            4,
            2,
            16,
            96,
            1e-6,
            false,
            false,
            false,
            false,
            true,
            Rope.unscaled(10_000),
            256);
    private static final List<String> WORDS = List.of("<pad>", "<unk>", "<user>", "<end>", "where", "is", "Ann", "?");
    private static final List<String> SPECIAL = List.of("<pad>", "<unk>", "<user>", "<end>");

    @TempDir
    Path folder;

    @Test
    void shouldMakeAFolderThatOpens() {
        // When
        String digest = policy(WORDS).write(folder, 1);
        // Then
        try (PolicyFolder opened = PolicyFolder.open(folder);
                Tokenizer tokenizer = opened.tokenizer()) {
            assertThat(opened.config()).isEqualTo(CONFIG);
            assertThat(opened.tensors().digest()).isEqualTo(digest);
            assertThat(opened.generation().endOfSequenceIds()).containsExactly(3);
            assertThat(opened.generation().padding()).hasValue(0);
            assertThat(tokenizer.vocabularySize()).isEqualTo(WORDS.size());
            assertThat(tokenizer.id("Ann")).isEqualTo(6);
            String chat =
                    opened.chatTemplate().render(List.of(new Message("user", "where  is\nBob ?")), true, Map.of());
            assertThat(tokenizer.encode(chat)).containsExactly(2, 4, 5, 1, 7, 3);
        }
    }

    @Test
    void shouldDecodeToWordsWithSingleBlanks() {
        policy(WORDS).write(folder, 1);
        try (Tokenizer tokenizer = Tokenizer.open(folder.resolve("tokenizer.json"))) {
            int[] ids = {2, 4, 5, 6, 7, 3, 0};
            assertThat(tokenizer.decode(ids, true)).isEqualTo("<user> where is Ann ? <end> <pad>");
            assertThat(tokenizer.decode(ids, false)).isEqualTo("where is Ann ?");
            assertThat(tokenizer.encode("<user>where is Ann ?<end><pad>")).containsExactly(ids);
            assertThat(tokenizer.encode(tokenizer.decode(ids, true))).containsExactly(ids);
        }
    }

    @Test
    void shouldDependOnTheSeedAlone(@TempDir Path other) throws IOException {
        String digest = policy(WORDS).write(folder, 7);
        assertThat(policy(WORDS).write(other, 7)).isEqualTo(digest);
        for (Path file : Files.list(folder).toList()) {
            assertThat(other.resolve(file.getFileName())).hasSameBinaryContentAs(file);
        }
        assertThat(policy(WORDS).write(other, 8)).isNotEqualTo(digest);
    }

    @Test
    void shouldSpreadWeightsAsItSays() {
        policy(WORDS).write(folder, 3);
        try (SafeTensors tensors = SafeTensors.open(folder)) {
            assertThat(deviation(tensors, "model.embed_tokens.weight")).isCloseTo(0.4, within(0.01));
            assertThat(deviation(tensors, "lm_head.weight")).isCloseTo(1 / 8.0, within(0.005));
            assertThat(deviation(tensors, "model.layers.1.mlp.up_proj.weight")).isCloseTo(1 / 8.0, within(0.005));
            assertThat(deviation(tensors, "model.layers.0.self_attn.o_proj.weight"))
                    .isCloseTo(1 / 8.0 / 2, within(0.005));
            assertThat(deviation(tensors, "model.layers.0.mlp.down_proj.weight"))
                    .isCloseTo(1 / Math.sqrt(96) / 2, within(0.005));
            assertThat(tensors.floats("model.layers.0.self_attn.q_norm.weight")).containsOnly(1);
            assertThat(tensors.floats("model.norm.weight")).containsOnly(1);
        }
    }

    @Test
    void shouldNameEveryWordThatIsWrong() {
        assertThatThrownBy(() -> policy(List.of("<pad>", "<unk>", "<user>", "two words", "Ann", "Ann")))
                .isInstanceOf(PolicyFolderException.class)
                .hasMessageContaining("\"two words\" is empty or has white space")
                .hasMessageContaining("\"Ann\" occurs twice")
                .hasMessageContaining("\"<end>\" is not among the words");
    }

    private static NewPolicy policy(List<String> words) {
        String template = "{% for m in messages %}<{{ m.role }}> {{ m.content }} <end>{% endfor %}";
        return new NewPolicy(
                CONFIG, words, SPECIAL, "<unk>", "<end>", "<pad>", template, NewPolicy.EMBEDDING_DEVIATION);
    }

    private static double deviation(SafeTensors tensors, String name) {
        double squares = 0;
        float[] values = tensors.floats(name);
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares / values.length);
    }
}
