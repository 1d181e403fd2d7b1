package dev.longstream.questions.generator;

import java.util.List;

/**
 * The relation or property that a fact is about.
 *
 * @param word the word in documents, e.g. {@code sister} or {@code home}
 */
record FactKey(String word) {
    static final FactKey HOME = new FactKey("home");
    static final FactKey JOB = new FactKey("job");
    static final FactKey PET = new FactKey("pet");
    static final List<FactKey> RELATIONS =
            Vocabulary.RELATIONS.stream().map(FactKey::new).toList();
    static final List<FactKey> PROPERTIES = List.of(HOME, JOB, PET);

    /** Tells whether the value is another person, from whom a chain can continue. */
    boolean isRelation() {
        return RELATIONS.contains(this);
    }
}
