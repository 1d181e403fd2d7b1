package dev.longstream.rewards;

import dev.longstream.files.Sha256;
import dev.longstream.record.Question;

import java.util.List;

/**
 * Whom scoring asks, and how often.
 *
 * @param model name of the judge, as its endpoint knows it
 * @param rubricDigest SHA-256 of the rubric template
 * @param always ask even where the verdict cannot change the reward, to see how often rule and judge agree
 * @param wholeText whether it is given the whole output in place of what a rule extracted
 */
public record AskedJudge(String model, String rubricDigest, boolean always, boolean wholeText) {
    /** One that compares what a rule extracted. */
    public AskedJudge(String model, String rubricDigest, boolean always) {
        this(model, rubricDigest, always, false);
    }

    /**
     * What a verdict is known by, so that nobody asks twice: SHA-256 over question, answer, golds, judge and rubric, each
     * with its length in front.
     */
    public String key(String question, List<String> golds, String answer) {
        Sha256 digest =
                new Sha256().addWithLength(question).addWithLength(answer).add(golds.size());
        golds.forEach(digest::addWithLength);
        return digest.addWithLength(model).addWithLength(rubricDigest).hex();
    }

    public String key(Question question, String answer) {
        return key(question.getQuestion(), question.getGolds(), answer);
    }
}
