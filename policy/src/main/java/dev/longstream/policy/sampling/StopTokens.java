package dev.longstream.policy.sampling;

import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.folder.ChatTemplate;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Finds the tokens that end a policy's answers.
 *
 * <p>A folder names them in up to three places, which do not always agree: {@code eos_token_id} of
 * {@code generation_config.json} or {@code config.json}, {@code eos_token} of {@code tokenizer_config.json}, and the
 * token that the chat template puts after an answer. Sampling stops at each of them. A demonstration ends with the
 * template's, because that is what the policy sees in conversations.
 */
public final class StopTokens {
    private static final Logger LOG = LoggerFactory.getLogger(StopTokens.class);
    private static final String ANSWER = "longstream-answer";

    private StopTokens() {}

    /** Returns the ids of the tokens at which sampling stops, ascending; warns if the folder's files disagree. */
    public static int[] of(PolicyFolder folder) {
        List<Integer> named = folder.generation().endOfSequenceIds();
        Set<Integer> all = new LinkedHashSet<>(named);
        folder.generation().tokenizerEndOfSequence().ifPresent(all::add);
        try (Tokenizer tokenizer = folder.tokenizer()) {
            endOfTurn(folder, tokenizer).ifPresent(all::add);
            if (!named.isEmpty() && all.size() > named.size()) {
                LOG.warn(
                        "{}: eos_token_id is {}, but the tokenizer or the chat template ends an answer with {};"
                                + " sampling stops at each of them",
                        folder.path(),
                        named,
                        all.stream()
                                .filter(id -> !named.contains(id))
                                .map(id -> id + " (" + tokenizer.decode(new int[] {id}, true) + ")")
                                .toList());
            }
        }
        return all.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    /**
     * Returns the token that ends a demonstration: the token that the chat template puts after an answer, or else the
     * first end-of-sequence token that the folder names. Empty if the folder names none.
     */
    public static OptionalInt ofDemonstrations(PolicyFolder folder, Tokenizer tokenizer) {
        OptionalInt ofTemplate = endOfTurn(folder, tokenizer);
        if (ofTemplate.isPresent()) {
            return ofTemplate;
        }
        List<Integer> named = folder.generation().endOfSequenceIds();
        return named.isEmpty() ? folder.generation().tokenizerEndOfSequence() : OptionalInt.of(named.get(0));
    }

    /**
     * Returns the first special or end-of-sequence token that the template puts after an answer. Empty if the folder has
     * no template, or one that puts none there.
     */
    private static OptionalInt endOfTurn(PolicyFolder folder, Tokenizer tokenizer) {
        String text;
        try {
            text = folder.chatTemplate()
                    .render(
                            List.of(
                                    new ChatTemplate.Message("user", "longstream-question"),
                                    new ChatTemplate.Message("assistant", ANSWER)),
                            false,
                            Map.of());
        } catch (PolicyFolderException e) {
            return OptionalInt.empty();
        }
        int end = text.lastIndexOf(ANSWER);
        if (end < 0) {
            return OptionalInt.empty();
        }
        List<Integer> named = folder.generation().endOfSequenceIds();
        for (int id : tokenizer.encode(text.substring(end + ANSWER.length()))) {
            if (named.contains(id) || tokenizer.isSpecial(id)) {
                return OptionalInt.of(id);
            }
        }
        return OptionalInt.empty();
    }
}
