package dev.longstream.questions.generator;

import dev.longstream.config.Problems;

import java.util.List;

/**
 * Which questions to generate. Lengths are words of document and question; what a chat template adds counts in
 * {@code templateWords}.
 *
 * @param count how many questions
 * @param longerThan words of the whole prompt, exclusive
 * @param upTo words of the whole prompt, inclusive; at most 131,072
 * @param templateWords words that the policy's chat template adds to every prompt
 * @param hopWeights relative frequency of questions of 1, 2, 3, … hops
 * @param factShare probability that a sentence of the document is a fact and no filler: the density of distractors
 * @param peopleFactor people for every fact's worth of words; fewer people make facts more alike
 * @param seed of the random numbers; another seed gives other questions
 */
public record GeneratorConfig(
        int count,
        int longerThan,
        int upTo,
        int templateWords,
        List<Double> hopWeights,
        double factShare,
        double peopleFactor,
        long seed) {
    public static final GeneratorConfig DEFAULT =
            new GeneratorConfig(1024, 24, 192, 3, List.of(3.0, 4.0, 3.0), 0.4, 0.4, 1);

    private static final int LONGEST = 131_072;
    /** Fewer words hold no document with a question. */
    private static final int SHORTEST = 40;

    public GeneratorConfig {
        hopWeights = List.copyOf(hopWeights);
        new Problems("generate")
                .require(count >= 1, "count is %d, must be at least 1", count)
                .require(longerThan >= 0, "longer-than is %d words, must not be negative", longerThan)
                .require(
                        upTo >= SHORTEST && upTo <= LONGEST,
                        "up-to is %d words, must be %d to %d",
                        upTo,
                        SHORTEST,
                        LONGEST)
                .require(longerThan < upTo, "longer-than is %d words, must be less than up-to (%d)", longerThan, upTo)
                .require(templateWords >= 0, "template-words is %d, must not be negative", templateWords)
                .require(
                        !hopWeights.isEmpty()
                                && hopWeights.stream().allMatch(weight -> weight >= 0)
                                && hopWeights.stream().anyMatch(weight -> weight > 0),
                        "hop-weights is %s, must hold a weight for 1, 2, … hops, none negative and one positive",
                        hopWeights)
                .require(factShare > 0 && factShare <= 1, "fact-share is %s, must be in (0, 1]", factShare)
                .require(peopleFactor > 0, "people-factor is %s, must be positive", peopleFactor)
                .throwIfAny();
    }
}
