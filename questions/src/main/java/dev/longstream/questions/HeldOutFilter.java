package dev.longstream.questions;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Keeps held-out questions out of training. Data sets are published several times, with other ids, documents, orders and
 * lists of accepted answers. Two prompts are the same question if their questions agree and they share a gold or a
 * document; blanks and case do not matter.
 */
public final class HeldOutFilter {
    private static final String SPACE = "\\s+";

    private final Map<String, Set<String>> marks = new HashMap<>();
    private final Map<String, Set<String>> golds = new HashMap<>();
    private final Set<String> documents = new HashSet<>();
    private int longest;

    /** Holds {@code prompt} out. */
    public void add(ImportedPrompt prompt) {
        String question = plain(prompt.question());
        longest = Math.max(longest, question.length());
        marks.computeIfAbsent(question, key -> new HashSet<>()).addAll(marks(prompt));
        prompt.golds().forEach(gold -> golds.computeIfAbsent(question, key -> new HashSet<>())
                .add(plain(gold)));
        prompt.documents().forEach(document -> documents.add(document.digest()));
    }

    /** Tells whether {@code prompt} is one of the held-out questions. */
    public boolean holds(ImportedPrompt prompt) {
        Set<String> heldOut = marks.get(plain(prompt.question()));
        return heldOut != null && marks(prompt).stream().anyMatch(heldOut::contains);
    }

    /**
     * Tells whether a written demonstration answers a held-out question: a line of its prompt is, or ends with, the
     * question, and its answer contains an accepted answer.
     */
    public boolean holds(WrittenDemonstration demonstration) {
        String answer = plain(demonstration.answer());
        for (Turn turn : demonstration.prompt()) {
            for (String line : turn.content().split("\n")) {
                String text = plain(line);
                // Only an end that is short enough can be a question.
                int first = text.length() <= longest ? 0 : after(text, text.length() - longest - 1);
                for (int start = first; start >= 0; start = after(text, start)) {
                    Set<String> accepted = golds.get(text.substring(start));
                    if (accepted != null && accepted.stream().anyMatch(answer::contains)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Returns the place of the next word; -1 after the last. */
    private static int after(String text, int start) {
        int space = text.indexOf(' ', start);
        return space < 0 ? -1 : space + 1;
    }

    /** Tells whether some held-out question reads one of the prompt's documents. */
    public boolean sharesDocument(ImportedPrompt prompt) {
        return prompt.documents().stream().anyMatch(document -> documents.contains(document.digest()));
    }

    /**
     * Returns a predicate that is true for prompts that may be trained on.
     *
     * @param refused receives one line for each prompt that is held out
     */
    public Predicate<ImportedPrompt> refusing(List<String> refused) {
        return prompt -> {
            boolean apart = !holds(prompt);
            if (!apart) {
                refused.add(prompt.source() + ": question " + prompt.id() + " is held out, so it is not trained on");
            }
            return apart;
        };
    }

    private static Set<String> marks(ImportedPrompt prompt) {
        Set<String> marks = new HashSet<>();
        prompt.golds().forEach(gold -> marks.add("gold " + plain(gold)));
        prompt.documents().forEach(document -> marks.add("document " + document.digest()));
        return marks;
    }

    private static String plain(String text) {
        return text.strip().replaceAll(SPACE, " ").toLowerCase(Locale.ROOT);
    }
}
