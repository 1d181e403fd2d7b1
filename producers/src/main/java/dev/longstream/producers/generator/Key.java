package dev.longstream.producers.generator;

import java.util.List;

/**
 * What a fact says of a person.
 *
 * @param word as documents write it: a relation, or home, job, pet
 */
record Key(String word) {
    static final Key HOME = new Key("home");
    static final Key JOB = new Key("job");
    static final Key PET = new Key("pet");
    static final List<Key> RELATIONS = Words.RELATIONS.stream().map(Key::new).toList();
    static final List<Key> PROPERTIES = List.of(HOME, JOB, PET);

    /** Whether the value is another person, so that a chain can go on from it. */
    boolean isRelation() {
        return RELATIONS.contains(this);
    }
}
