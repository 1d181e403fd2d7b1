package dev.longstream.questions;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Keeps held-out questions out of training. Two prompts are the same question if their question and golds agree, apart
 * from blanks and case: data sets are published several times, with other ids, documents or orders.
 */
public final class HeldOutFilter {
    private final Set<HeldOutIdentity> questions = new HashSet<>();

    private record HeldOutIdentity(String words, Set<String> golds) {
        static HeldOutIdentity of(ImportedPrompt prompt) {
            Set<String> golds = new TreeSet<>();
            prompt.golds().forEach(gold -> golds.add(plain(gold)));
            return new HeldOutIdentity(plain(prompt.question()), golds);
        }

        private static String plain(String text) {
            return text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
        }
    }

    /** Holds {@code prompt} out. */
    public void add(ImportedPrompt prompt) {
        questions.add(HeldOutIdentity.of(prompt));
    }

    /** Tells whether {@code prompt} is one of the held-out questions. */
    public boolean holds(ImportedPrompt prompt) {
        return questions.contains(HeldOutIdentity.of(prompt));
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
}
