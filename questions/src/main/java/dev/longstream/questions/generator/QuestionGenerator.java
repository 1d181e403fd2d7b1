package dev.longstream.questions.generator;

import dev.longstream.questions.DocumentText;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.record.AnswerKind;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Generates questions over documents of facts, with uniform lengths. Question i depends on the configuration and i
 * alone.
 */
public final class QuestionGenerator {
    /** Words reserved for the question, and for a last sentence that does not fit. */
    private static final int QUESTION_WORDS = 16;

    private static final int MIN_DOCUMENT_WORDS = 20;

    private final GeneratorConfig config;

    /** Creates a generator of {@code config}'s questions. */
    public QuestionGenerator(GeneratorConfig config) {
        this.config = config;
    }

    /** Generates all {@code count} questions, in order. */
    public Stream<GeneratedQuestion> questions() {
        return IntStream.range(0, config.count()).mapToObj(this::question);
    }

    /**
     * Generates one question.
     *
     * @param index number of the question, from 0
     */
    public GeneratedQuestion question(int index) {
        SplittableRandom random = new SplittableRandom(config.seed() * 0x9E3779B97F4A7C15L + index);
        int hops = 1 + RandomDraws.weighted(config.hopWeights(), random);
        while (true) {
            int words = random.nextInt(config.longerThan() + 1, config.upTo() + 1);
            FactDocument document = FactDocument.draw(
                    new FactDocument.DocumentShape(
                            Math.max(MIN_DOCUMENT_WORDS, words - config.templateWords() - QUESTION_WORDS),
                            config.factShare(),
                            config.peopleFactor(),
                            FactDocument.DocumentShape.ALL_KEYS),
                    random);
            Optional<ChainQuestion> question = ChainQuestion.draw(document.facts(), hops, random);
            if (question.isPresent() && fits(document, question.get())) {
                return generated(index, document, question.get());
            }
        }
    }

    private boolean fits(FactDocument document, ChainQuestion question) {
        int words = config.templateWords() + FactDocument.count(document.text()) + FactDocument.count(question.text());
        return words > config.longerThan() && words <= config.upTo();
    }

    private GeneratedQuestion generated(int index, FactDocument document, ChainQuestion question) {
        String id = "facts-" + config.seed() + "-" + config.longerThan() + "-" + config.upTo() + "-" + index;
        ImportedPrompt prompt = new ImportedPrompt(
                id,
                "facts",
                AnswerKind.SHORT_ANSWER,
                question.text(),
                List.of(question.gold()),
                Map.of(),
                List.of(new DocumentText("", document.text())),
                Map.of("hops", Integer.toString(question.hops())),
                "generated, seed " + config.seed() + ", number " + index);
        return new GeneratedQuestion(prompt, question.evidence());
    }
}
