package dev.longstream.questions;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Questions that something else must not see, by their words and golds: sets are published several times over, with other documents or in
 * another order, and what is held out must not be trained on.
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

    public void add(ImportedPrompt prompt) {
        questions.add(HeldOutIdentity.of(prompt));
    }

    public boolean holds(ImportedPrompt prompt) {
        return questions.contains(HeldOutIdentity.of(prompt));
    }

    /** @param refused told of each question that is held out */
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
