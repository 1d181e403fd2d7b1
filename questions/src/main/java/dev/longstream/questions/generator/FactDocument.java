package dev.longstream.questions.generator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A document of facts and filler sentences in random order.
 *
 * @param facts facts, not in the text's order
 * @param text all sentences; words are separated by one blank
 */
record FactDocument(List<Fact> facts, String text) {
    private static final double WORDS_A_SENTENCE = 5.2;
    private static final double PREFIXED_PLACES = 0.3;
    private static final int TRIES = 20;

    /**
     * The distribution that a document is drawn from.
     *
     * @param words maximum length in words
     * @param factShare probability that a sentence is a fact
     * @param peopleFactor distinct people per expected fact; lower means more facts about each, easier to confuse
     * @param keys relations and properties that facts may have
     */
    record DocumentShape(int words, double factShare, double peopleFactor, List<FactKey> keys) {
        static final List<FactKey> ALL_KEYS = allKeys();

        private static List<FactKey> allKeys() {
            List<FactKey> keys = new ArrayList<>(FactKey.RELATIONS);
            keys.addAll(FactKey.PROPERTIES);
            return List.copyOf(keys);
        }

        int people() {
            long wanted = Math.round(words * factShare / WORDS_A_SENTENCE * peopleFactor);
            return (int) Math.min(Vocabulary.NAMES.size(), Math.max(3, wanted));
        }
    }

    static FactDocument draw(DocumentShape shape, SplittableRandom random) {
        List<String> people = RandomDraws.some(Vocabulary.NAMES, shape.people(), random);
        List<Fact> facts = new ArrayList<>();
        Set<String> usedSlots = new HashSet<>();
        List<String> sentences = new ArrayList<>();
        int words = 0;
        while (true) {
            boolean wantsFact = random.nextDouble() < shape.factShare();
            Optional<Fact> fact = wantsFact ? newFact(shape, people, usedSlots, random) : Optional.empty();
            String sentence = fact.map(Fact::sentence).orElseGet(() -> filler(random));
            int length = count(sentence);
            if (words + length > shape.words()) {
                break;
            }
            fact.ifPresent(added -> {
                facts.add(added);
                usedSlots.add(slot(added.subject(), added.key()));
            });
            sentences.add(sentence);
            words += length;
        }
        RandomDraws.shuffle(sentences, random);
        return new FactDocument(List.copyOf(facts), String.join(" ", sentences));
    }

    /**
     * Draws a fact whose slot is free; empty if none was found in a few tries. A person has one slot for a relation and
     * one for each property, so that every question has one answer.
     */
    private static Optional<Fact> newFact(
            DocumentShape shape, List<String> people, Set<String> usedSlots, SplittableRandom random) {
        List<FactKey> relations =
                shape.keys().stream().filter(FactKey::isRelation).toList();
        List<FactKey> properties =
                shape.keys().stream().filter(key -> !key.isRelation()).toList();
        for (int i = 0; i < TRIES; i++) {
            String person = RandomDraws.one(people, random);
            boolean relation = properties.isEmpty() || (!relations.isEmpty() && random.nextDouble() < 0.5);
            FactKey key = RandomDraws.one(relation ? relations : properties, random);
            if (!usedSlots.contains(slot(person, key))) {
                return Optional.of(new Fact(person, key, value(person, key, people, random)));
            }
        }
        return Optional.empty();
    }

    private static String slot(String person, FactKey key) {
        return person + (key.isRelation() ? " relation" : " " + key.word());
    }

    private static String value(String person, FactKey key, List<String> people, SplittableRandom random) {
        if (key.isRelation()) {
            String other;
            do {
                other = RandomDraws.one(people, random);
            } while (other.equals(person));
            return other;
        }
        if (key.equals(FactKey.HOME)) {
            String place = RandomDraws.one(Vocabulary.PLACES, random);
            return random.nextDouble() < PREFIXED_PLACES
                    ? RandomDraws.one(Vocabulary.PLACE_PREFIXES, random) + " " + place
                    : place;
        }
        return RandomDraws.one(key.equals(FactKey.JOB) ? Vocabulary.JOBS : Vocabulary.THINGS, random);
    }

    private static String filler(SplittableRandom random) {
        return String.join(
                " ",
                "The",
                RandomDraws.one(Vocabulary.ADJECTIVES, random),
                RandomDraws.one(Vocabulary.NOUNS, random),
                RandomDraws.one(Vocabulary.VERBS, random),
                RandomDraws.one(Vocabulary.PREPOSITIONS, random),
                "the",
                RandomDraws.one(Vocabulary.NOUNS, random),
                RandomDraws.one(Vocabulary.ADVERBS, random),
                ".");
    }

    /** Counts the words, punctuation included. */
    static int count(String text) {
        return 1 + (int) text.chars().filter(character -> character == ' ').count();
    }
}
