package dev.longstream.questions.generator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Generates rows that teach a new policy to look up facts, before it sees a chat template. A row depends on the seed
 * and its number alone.
 */
public final class ReadingRows {
    private static final int MIN_RECITAL_WORDS = 20;

    private final long seed;

    /** Creates a generator with this seed. */
    public ReadingRows(long seed) {
        this.seed = seed;
    }

    /**
     * Generates a document whose facts have one key, followed by its facts in another order. The loss counts the
     * values.
     *
     * @param row number of the row, from 0
     * @param longest maximum length of the document in words
     */
    public ReadingRow recital(long row, int longest) {
        SplittableRandom random = random(row);
        while (true) {
            FactDocument document = FactDocument.draw(
                    new FactDocument.DocumentShape(
                            random.nextInt(MIN_RECITAL_WORDS, longest + 1), 0.97, 1.2, oneKey(random)),
                    random);
            if (document.facts().isEmpty()) {
                continue;
            }
            List<Fact> facts = new ArrayList<>(document.facts());
            RandomDraws.shuffle(facts, random);
            List<ReadingRow.ReadingPart> parts = new ArrayList<>();
            parts.add(new ReadingRow.ReadingPart("Answer :", false));
            for (Fact fact : facts) {
                parts.add(new ReadingRow.ReadingPart("The " + fact.key().word() + " of " + fact.subject(), false));
                parts.add(new ReadingRow.ReadingPart(fact.value(), true));
                parts.add(new ReadingRow.ReadingPart(".", false));
            }
            return new ReadingRow(document.text(), List.of(parts));
        }
    }

    /**
     * The distribution of rows with questions.
     *
     * @param shortest minimum length of a document in words
     * @param longest maximum length of a document in words
     * @param questions maximum number of questions about a document; a document with fewer chains has fewer
     * @param hopWeights relative frequencies of questions of 1, 2, 3, … hops
     * @param directShare share of answers that state the value at once; the others quote the facts first
     * @param oneKeyShare share of documents whose facts have one key
     */
    public record Questions(
            int shortest,
            int longest,
            int questions,
            List<Double> hopWeights,
            double directShare,
            double oneKeyShare) {}

    /**
     * Generates a document with questions in a plain form, without a chat template. The loss counts the answers.
     *
     * @param row number of the row, from 0
     * @param shape distribution of documents and questions
     */
    public ReadingRow questions(long row, Questions shape) {
        SplittableRandom random = random(row);
        while (true) {
            FactDocument document = document(random, shape);
            List<List<ReadingRow.ReadingPart>> branches = new ArrayList<>();
            Set<String> texts = new HashSet<>();
            for (int i = 0; i < shape.questions(); i++) {
                int hops = 1 + RandomDraws.weighted(shape.hopWeights(), random);
                Optional<ChainQuestion> question = ChainQuestion.draw(document.facts(), hops, random);
                if (question.isPresent() && texts.add(question.get().text())) {
                    boolean direct = random.nextDouble() < shape.directShare();
                    branches.add(branch(question.get(), direct));
                }
            }
            if (!branches.isEmpty()) {
                return new ReadingRow(document.text(), branches);
            }
        }
    }

    private static List<ReadingRow.ReadingPart> branch(ChainQuestion question, boolean direct) {
        String answer = (direct ? "" : question.evidence() + " ") + "so the answer is " + question.gold() + " .";
        return List.of(
                new ReadingRow.ReadingPart("Question : " + question.text() + " Answer :", false),
                new ReadingRow.ReadingPart(answer, true));
    }

    private static FactDocument document(SplittableRandom random, Questions rows) {
        int words = random.nextInt(rows.shortest(), rows.longest() + 1);
        FactDocument.DocumentShape shape = random.nextDouble() < rows.oneKeyShare()
                ? new FactDocument.DocumentShape(words, 0.95, 1.2, oneKey(random))
                : new FactDocument.DocumentShape(
                        words,
                        RandomDraws.one(List.of(0.3, 0.5, 0.7, 0.9), random),
                        0.4,
                        FactDocument.DocumentShape.ALL_KEYS);
        return FactDocument.draw(shape, random);
    }

    private static List<FactKey> oneKey(SplittableRandom random) {
        return List.of(RandomDraws.one(FactDocument.DocumentShape.ALL_KEYS, random));
    }

    private SplittableRandom random(long row) {
        return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + row);
    }
}
