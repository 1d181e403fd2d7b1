package dev.longstream.questions.generator;

import java.util.List;

/**
 * What a fact says of a person.
 *
 * @param word as documents write it: a relation, or home, job, pet
 */
record FactKey(String word) {
    static final FactKey HOME = new FactKey("home");
    static final FactKey JOB = new FactKey("job");
    static final FactKey PET = new FactKey("pet");
    static final List<FactKey> RELATIONS =
            Vocabulary.RELATIONS.stream().map(FactKey::new).toList();
    static final List<FactKey> PROPERTIES = List.of(HOME, JOB, PET);

    /** Whether the value is another person, so that a chain can go on from it. */
    boolean isRelation() {
        return RELATIONS.contains(this);
    }
}
