package dev.longstream.questions.generator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * A multi-hop question over a chain of facts. Each fact but the last is a relation from one person to the next.
 *
 * @param chain facts in hop order; the value of the last fact is the answer
 */
record ChainQuestion(List<Fact> chain) {
    private static final int TRIES = 12;

    /** Draws a question of {@code hops} hops over a document's facts; empty if no chain was found in a few tries. */
    static Optional<ChainQuestion> draw(List<Fact> facts, int hops, SplittableRandom random) {
        if (facts.isEmpty()) {
            return Optional.empty();
        }
        for (int i = 0; i < TRIES; i++) {
            List<Fact> chain = new ArrayList<>();
            chain.add(RandomDraws.one(facts, random));
            while (chain.size() < hops && prepend(chain, facts, random)) {}
            if (chain.size() == hops) {
                return Optional.of(new ChainQuestion(List.copyOf(chain)));
            }
        }
        return Optional.empty();
    }

    private static boolean prepend(List<Fact> chain, List<Fact> facts, SplittableRandom random) {
        String first = chain.get(0).subject();
        List<Fact> leading = facts.stream()
                .filter(fact -> fact.key().isRelation() && fact.value().equals(first))
                .filter(fact -> chain.stream().noneMatch(link -> link.subject().equals(fact.subject())))
                .toList();
        if (leading.isEmpty()) {
            return false;
        }
        chain.add(0, RandomDraws.one(leading, random));
        return true;
    }

    String gold() {
        return last().value();
    }

    int hops() {
        return chain.size();
    }

    /** Returns the sentences of the chain, word for word as in the document, in hop order. */
    String evidence() {
        return chain.stream().map(Fact::sentence).collect(Collectors.joining(" "));
    }

    String text() {
        StringBuilder person = new StringBuilder(chain.get(0).subject());
        for (Fact link : chain.subList(0, chain.size() - 1)) {
            person.insert(0, "the " + link.key().word() + " of ");
        }
        FactKey key = last().key();
        if (key.equals(FactKey.HOME)) {
            return "Where does " + person + " live ?";
        }
        if (key.equals(FactKey.JOB)) {
            return "What is the job of " + person + " ?";
        }
        if (key.equals(FactKey.PET)) {
            return "What does " + person + " own ?";
        }
        return "Who is the " + key.word() + " of " + person + " ?";
    }

    private Fact last() {
        return chain.get(chain.size() - 1);
    }
}
