package dev.longstream.judging;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.longstream.questions.DocumentText;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.record.AnswerKind;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes labelled cases from questions alone, to train a model as a judge.
 *
 * <p>If a question accepts several answers and the words of one contain those of another, the two are equivalent; other
 * pairs may be different answers that are both right and are skipped. Each equivalent case gets one that is not
 * equivalent, of a kind that policies produce:
 *
 * <ul>
 *   <li><em>altered</em>: a gold with one word replaced by a word of the documents of the same kind (with digits,
 *       capitalised, other);
 *   <li><em>passage</em>: as many consecutive words of the documents, none of them a gold's;
 *   <li><em>hedged</em>: a gold, or a gold of another question;
 *   <li><em>other</em>: a gold of another question.
 * </ul>
 */
public final class PracticeCases {
    private static final String EQUIVALENT = "alias";
    private static final Pattern EDGES = Pattern.compile("^[^\\p{L}\\p{N}]+|[^\\p{L}\\p{N}]+$");
    /** Words that are too common to show that two answers are the same. */
    private static final Set<String> NO_CONTENT =
            Set.of("the", "a", "an", "of", "in", "on", "at", "and", "or", "to", "by", "for", "from", "with", "as");

    /** Maximum of draws of another question's gold that shares no word with this question's golds. */
    private static final int DRAWS = 20;

    private enum CaseKind {
        ALTERED,
        PASSAGE,
        HEDGED,
        OTHER
    }

    private enum CaseShape {
        DIGITS,
        CAPITAL,
        OTHER;

        static CaseShape of(String word) {
            if (word.chars().anyMatch(Character::isDigit)) {
                return DIGITS;
            }
            return Character.isUpperCase(word.codePointAt(0)) ? CAPITAL : OTHER;
        }
    }

    private PracticeCases() {}

    /**
     * Makes cases from all questions whose answer is a short text; a function of the questions and the seed.
     *
     * @param prompts questions with their documents; one of another kind or with a single gold gives no case
     */
    public static List<JudgeCase> of(List<ImportedPrompt> prompts, long seed) {
        List<JudgeCase> cases = new ArrayList<>();
        for (ImportedPrompt prompt : prompts) {
            if (prompt.kind() == AnswerKind.SHORT_ANSWER) {
                new PracticeQuestion(
                                prompt,
                                prompts,
                                new Random(31 * seed + prompt.id().hashCode()))
                        .addTo(cases);
            }
        }
        return cases;
    }

    /**
     * Renders the message to a judge and its right reply as a demonstration: one line of JSON for
     * {@code demonstrations.written}.
     *
     * @param key digest of the request, hexadecimal
     */
    public static String demonstration(JudgeCase one, Rubric rubric, String key) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("prompt", rubric.message(key, one.question(), one.golds(), one.answer()))
                .put("answer", VerdictText.of(one.equivalent()))
                .put("source", one.id())
                .toString();
    }

    /** A question and the random numbers for its cases. */
    private record PracticeQuestion(ImportedPrompt prompt, List<ImportedPrompt> all, Random random) {
        void addTo(List<JudgeCase> cases) {
            int number = 0;
            for (String gold : prompt.golds()) {
                List<String> others = prompt.golds().stream()
                        .filter(other -> !other.equals(gold))
                        .toList();
                if (others.stream().noneMatch(other -> isPartOfTheOther(gold, other))
                        || others.stream().anyMatch(other -> words(gold).equals(words(other)))) {
                    continue;
                }
                JudgeCase notEquivalent = notEquivalent(number, others);
                if (notEquivalent != null) {
                    cases.add(labelled(EQUIVALENT + "-" + number, EQUIVALENT, others, gold, true));
                    cases.add(notEquivalent);
                    number++;
                }
            }
        }

        /**
         * Makes a case that is not equivalent, of the first kind in random order that this question allows; null if it
         * allows none.
         *
         * @param golds golds of the equivalent case, so that their number does not give the label away
         */
        private @Nullable JudgeCase notEquivalent(int number, List<String> golds) {
            List<CaseKind> kinds = new ArrayList<>(List.of(CaseKind.values()));
            Collections.shuffle(kinds, random);
            String gold = drawn(golds);
            for (CaseKind kind : kinds) {
                @Nullable
                String answer =
                        switch (kind) {
                            case ALTERED -> altered(gold);
                            case PASSAGE -> passage(gold);
                            case HEDGED -> hedged(gold);
                            case OTHER -> ofAnotherQuestion();
                        };
                if (answer != null) {
                    String group = kind.name().toLowerCase(Locale.ROOT);
                    return labelled(group + "-" + number, group, golds, answer, false);
                }
            }
            return null;
        }

        /**
         * Draws as many consecutive words as the gold has, beginning with a word of the kind of its first; null if
         * there are none.
         */
        private @Nullable String passage(String gold) {
            int length = gold.strip().split("\\s+").length;
            CaseShape shape = CaseShape.of(gold.strip());
            List<String> found = new ArrayList<>();
            for (DocumentText document : prompt.documents()) {
                List<String> text = Arrays.asList(document.text().split("\\s+"));
                for (int i = 0; i + length <= text.size(); i++) {
                    String span = EDGES.matcher(String.join(" ", text.subList(i, i + length)))
                            .replaceAll("");
                    if (!span.isEmpty() && CaseShape.of(span) == shape && apart(span)) {
                        found.add(span);
                    }
                }
            }
            return found.isEmpty() ? null : drawn(found);
        }

        private @Nullable String altered(String gold) {
            List<String> words = new ArrayList<>(Arrays.asList(gold.strip().split("\\s+")));
            List<Integer> places = new ArrayList<>();
            for (int i = 0; i < words.size(); i++) {
                if (words.size() > 1 && !words(words.get(i)).isEmpty()) {
                    places.add(i);
                }
            }
            if (places.isEmpty()) {
                return null;
            }
            int place = drawn(places);
            String instead = passage(words.get(place));
            if (instead == null) {
                return null;
            }
            words.set(place, instead);
            String answer = String.join(" ", words);
            return prompt.golds().stream().anyMatch(other -> isPartOfTheOther(answer, other)) ? null : answer;
        }

        private @Nullable String hedged(String gold) {
            String other = ofAnotherQuestion();
            return other == null ? null : random.nextBoolean() ? gold + " or " + other : other + " or " + gold;
        }

        private @Nullable String ofAnotherQuestion() {
            return Stream.generate(() -> drawn(drawn(all).golds()))
                    .limit(DRAWS)
                    .filter(this::apart)
                    .findFirst()
                    .orElse(null);
        }

        /** Tells whether an answer has no word of an accepted answer. */
        private boolean apart(String answer) {
            Set<String> own = words(answer);
            return !own.isEmpty() && prompt.golds().stream().allMatch(gold -> Collections.disjoint(own, words(gold)));
        }

        private JudgeCase labelled(String id, String group, List<String> golds, String answer, boolean equivalent) {
            return new JudgeCase(prompt.id() + "-" + id, group, prompt.question(), golds, answer, equivalent, false);
        }

        private <T> T drawn(List<T> of) {
            return of.get(random.nextInt(of.size()));
        }
    }

    private static boolean isPartOfTheOther(String one, String other) {
        Set<String> words = words(one);
        Set<String> others = words(other);
        return !words.isEmpty() && !others.isEmpty() && (words.containsAll(others) || others.containsAll(words));
    }

    private static Set<String> words(String text) {
        Set<String> words =
                new HashSet<>(Arrays.asList(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")));
        words.remove("");
        words.removeAll(NO_CONTENT);
        return words;
    }
}
