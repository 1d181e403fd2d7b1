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
 * Renders prompts into token ids with one policy's chat template and tokenizer. A rendered prompt ends where the answer
 * begins. Equal prompts give equal ids in every process.
 */
public final class PromptRenderer implements AutoCloseable {
    private final PromptStyle style;
    private final ChatTemplate template;
    private final Tokenizer tokenizer;

    /** Creates a renderer from a policy folder's chat template and tokenizer. */
    public PromptRenderer(PolicyFolder folder, PromptStyle style) {
        this.style = style;
        this.template = folder.chatTemplate();
        this.tokenizer = folder.tokenizer();
    }

    /** Returns the token ids of a question with its documents. */
    public int[] render(String question, AnswerKind kind, List<DocumentText> documents) {
        String message = style.message(question, kind, documents);
        return render(List.of(new Turn("user", message)));
    }

    /** Returns the token ids of a conversation, up to where the answer begins. */
    public int[] render(List<Turn> turns) {
        List<ChatTemplate.Message> messages = turns.stream()
                .map(turn -> new ChatTemplate.Message(turn.role(), turn.content()))
                .toList();
        return tokenizer.encode(template.render(messages, true, Map.of()));
    }

    /** Counts the tokens of question and documents, each encoded alone: |x| + |c| of QwenLong-L1's Eq 9. */
    public int contentTokens(String question, List<DocumentText> documents) {
        int tokens = tokenizer.encode(question).length;
        for (DocumentText document : documents) {
            tokens += tokenizer.encode(document.text()).length;
        }
        return tokens;
    }

    /** Returns the token ids of text that continues a prompt. */
    public int[] encode(String text) {
        return tokenizer.encode(text);
    }

    /** Returns the text of token ids, special tokens included. */
    public String decode(int[] tokens) {
        return tokenizer.decode(tokens, true);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
