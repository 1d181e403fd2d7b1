package dev.longstream.producers.rendering;

import dev.longstream.policy.folder.ChatTemplate;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.questions.DocumentText;
import dev.longstream.questions.Turn;
import dev.longstream.record.AnswerKind;

import java.util.List;
import java.util.Map;

/**
 * Renders prompts for one policy: its chat template, its tokenizer. The template ends where the answer begins.
 * Rendering the same prompt gives the same ids, wherever it is done.
 */
public final class PromptRenderer implements AutoCloseable {
    private final PromptStyle style;
    private final ChatTemplate template;
    private final Tokenizer tokenizer;

    public PromptRenderer(PolicyFolder folder, PromptStyle style) {
        this.style = style;
        this.template = folder.chatTemplate();
        this.tokenizer = folder.tokenizer();
    }

    /** Token ids of the whole prompt. */
    public int[] render(String question, AnswerKind kind, List<DocumentText> documents) {
        String message = style.message(question, kind, documents);
        return render(List.of(new Turn("user", message)));
    }

    /** Token ids of a conversation, up to where the answer begins. */
    public int[] render(List<Turn> turns) {
        List<ChatTemplate.Message> messages = turns.stream()
                .map(turn -> new ChatTemplate.Message(turn.role(), turn.content()))
                .toList();
        return tokenizer.encode(template.render(messages, true, Map.of()));
    }

    /** Tokens of question and documents alone, each encoded by itself: |x| + |c| of QwenLong-L1's Eq 9. */
    public int contentTokens(String question, List<DocumentText> documents) {
        int tokens = tokenizer.encode(question).length;
        for (DocumentText document : documents) {
            tokens += tokenizer.encode(document.text()).length;
        }
        return tokens;
    }

    /** Token ids of words that follow a prompt. */
    public int[] encode(String text) {
        return tokenizer.encode(text);
    }

    /** Words of token ids, special tokens kept. */
    public String decode(int[] tokens) {
        return tokenizer.decode(tokens, true);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
