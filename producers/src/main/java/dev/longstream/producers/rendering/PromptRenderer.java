package dev.longstream.producers.rendering;

import dev.longstream.policy.folder.ChatTemplate;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.questions.DocumentText;
import dev.longstream.questions.Turn;
import dev.longstream.record.AnswerKind;

import java.util.ArrayList;
import java.util.List;

/**
 * Renders prompts into token ids with one policy's chat template and tokenizer. A rendered prompt ends where the answer
 * begins. Equal prompts give equal ids in every process.
 */
public final class PromptRenderer implements AutoCloseable {
    private static final String SYSTEM = "system";

    private final PromptForm form;
    private final ChatTemplate template;
    private final Tokenizer tokenizer;

    /** Creates a renderer from a policy folder's chat template and tokenizer. */
    public PromptRenderer(PolicyFolder folder, PromptForm form) {
        this.form = form;
        this.template = folder.chatTemplate();
        this.tokenizer = folder.tokenizer();
    }

    /** Returns the token ids of a question with its documents. */
    public int[] render(String question, AnswerKind kind, List<DocumentText> documents) {
        return render(conversation(question, kind, documents));
    }

    /** Returns the messages that ask a question with its documents: the form's system message, if it has one, and the user's. */
    public List<Turn> conversation(String question, AnswerKind kind, List<DocumentText> documents) {
        return withSystem(List.of(new Turn("user", form.style().message(question, kind, documents))));
    }

    /**
     * Returns the token ids of a conversation, up to where the answer begins. A conversation without a system message
     * gets the form's.
     */
    public int[] render(List<Turn> turns) {
        return tokenizer.encode(text(turns));
    }

    private String text(List<Turn> turns) {
        List<ChatTemplate.Message> messages = withSystem(turns).stream()
                .map(turn -> new ChatTemplate.Message(turn.role(), turn.content()))
                .toList();
        return template.render(messages, true, form.variables());
    }

    private List<Turn> withSystem(List<Turn> turns) {
        String system = form.system();
        if (system == null || turns.stream().anyMatch(turn -> turn.role().equals(SYSTEM))) {
            return turns;
        }
        List<Turn> all = new ArrayList<>(List.of(new Turn(SYSTEM, system)));
        all.addAll(turns);
        return all;
    }

    /** Returns whether a prompt ends with an opened thought, which an answer continues. */
    public boolean opensThought() {
        return text(List.of(new Turn("user", "?"))).strip().endsWith("<think>");
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
