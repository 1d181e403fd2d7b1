package dev.longstream.questions.generator;

import dev.longstream.config.Problems;

import java.util.List;

/**
 * Configures the question generator. A prompt's length is document, question and {@code templateWords}, in words.
 *
 * @param count number of questions
 * @param longerThan lower bound of a prompt's length in words, exclusive
 * @param upTo upper bound of a prompt's length in words, inclusive; at most 131,072
 * @param templateWords words that the policy's chat template adds to every prompt
 * @param hopWeights relative frequencies of questions of 1, 2, 3, … hops
 * @param factShare probability that a sentence of the document is a fact instead of a filler; higher means more
 *     distractors
 * @param peopleFactor distinct people per expected fact; lower means more facts about each, easier to confuse
 * @param seed seed of the random numbers; another seed gives other questions
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
    /** 1,024 questions of 25 to 192 words and one to three hops. */
    public static final GeneratorConfig DEFAULT =
            new GeneratorConfig(1024, 24, 192, 3, List.of(3.0, 4.0, 3.0), 0.4, 0.4, 1);

    private static final int MAX_WORDS = 131_072;
    /** Fewer words have no room for a document and a question. */
    private static final int MIN_WORDS = 40;

    /**
     * Checks the configuration.
     *
     * @throws dev.longstream.config.ConfigurationException with every problem found
     */
    public GeneratorConfig {
        hopWeights = List.copyOf(hopWeights);
        new Problems("generate")
                .require(count >= 1, "count is %d, must be at least 1", count)
                .require(longerThan >= 0, "longer-than is %d words, must not be negative", longerThan)
                .require(
                        upTo >= MIN_WORDS && upTo <= MAX_WORDS,
                        "up-to is %d words, must be %d to %d",
                        upTo,
                        MIN_WORDS,
                        MAX_WORDS)
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
