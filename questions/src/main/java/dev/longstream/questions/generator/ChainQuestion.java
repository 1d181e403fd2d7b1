package dev.longstream.questions.generator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * A question that follows a chain of facts: each but the last leads from a person to the next.
 *
 * @param chain in hop order; the last one's value is the answer
 */
record ChainQuestion(List<Fact> chain) {
    private static final int TRIES = 12;

    /** A question of so many hops over the document's facts; empty when none was found. */
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

    /** The facts needed, word for word as in the document, in hop order. */
    String evidence() {
        return chain.stream().map(Fact::sentence).collect(Collectors.joining(" "));
    }

    String text() {
        StringBuilder who = new StringBuilder(chain.get(0).subject());
        for (Fact link : chain.subList(0, chain.size() - 1)) {
            who.insert(0, "the " + link.key().word() + " of ");
        }
        FactKey asked = last().key();
        if (asked.equals(FactKey.HOME)) {
            return "Where does " + who + " live ?";
        }
        if (asked.equals(FactKey.JOB)) {
            return "What is the job of " + who + " ?";
        }
        if (asked.equals(FactKey.PET)) {
            return "What does " + who + " own ?";
        }
        return "Who is the " + asked.word() + " of " + who + " ?";
    }

    private Fact last() {
        return chain.get(chain.size() - 1);
    }
}
