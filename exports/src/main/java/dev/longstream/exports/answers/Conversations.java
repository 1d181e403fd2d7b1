package dev.longstream.exports.answers;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.producers.following.Documents;
import dev.longstream.producers.following.RunFiles;
import dev.longstream.producers.rendering.PromptForm;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.questions.DocumentText;
import dev.longstream.questions.Turn;
import dev.longstream.record.Prompt;
import dev.longstream.record.Question;
import dev.longstream.record.Trajectory;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Prompts and answers of a run as messages. Remembers the digests of every prompt's documents; their texts are cached up to a
 * limit. Not thread-safe.
 */
public final class Conversations implements AutoCloseable {
    /** Characters of documents in memory. */
    private static final long DOCUMENT_CHARACTERS = 32L << 20;

    private static final String OPENED_THOUGHT = "<think>\n";

    private final Map<String, List<String>> documentsOf = new HashMap<>();
    private final TopicReader<Prompt> prompts;
    private final Documents documents;
    private final PromptRenderer renderer;
    private final String before;

    /**
     * Opens the prompts and documents of a run.
     *
     * @param files documents that are too large for the log
     * @param policy model folder with the tokenizer of the run
     * @param form form in which the run's questions reached the policy
     */
    public Conversations(EventLog log, RunFiles files, PolicyFolder policy, PromptForm form) {
        this.prompts = new TopicReader<>(log, log.topics().prompts());
        this.documents = new Documents(log, files, DOCUMENT_CHARACTERS);
        this.renderer = new PromptRenderer(policy, form);
        this.before = renderer.opensThought() ? OPENED_THOUGHT : "";
    }

    /** Returns the messages that asked a question. */
    List<Turn> prompt(Question question) {
        List<DocumentText> texts =
                digests(question.getPromptId()).stream().map(documents::get).toList();
        return renderer.conversation(question.getQuestion(), question.getKind(), texts);
    }

    private List<String> digests(String promptId) {
        if (!documentsOf.containsKey(promptId)) {
            prompts.readToEnd(record ->
                    documentsOf.putIfAbsent(record.key(), record.value().getDocuments()));
        }
        List<String> digests = documentsOf.get(promptId);
        if (digests == null) {
            throw new UnusableInputException("The log has answers to the prompt " + promptId
                    + ", but no record of this prompt; was its prompt published in full?");
        }
        return digests;
    }

    /** Returns the text of a completed answer without its stop token; a thought that the prompt opened begins it. */
    String answer(Trajectory trajectory) {
        int[] tokens =
                trajectory.getTokens().stream().mapToInt(Integer::intValue).toArray();
        return before + renderer.decode(Arrays.copyOf(tokens, Math.max(0, tokens.length - 1)));
    }

    @Override
    public void close() {
        prompts.close();
        documents.close();
        renderer.close();
    }
}
