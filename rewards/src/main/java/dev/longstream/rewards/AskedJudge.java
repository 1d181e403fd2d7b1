package dev.longstream.rewards;

import dev.longstream.files.Sha256;
import dev.longstream.record.Question;

import java.util.List;

/**
 * Settings of the judge that scoring sends answers to.
 *
 * @param model name of the judge's model at its endpoint
 * @param rubricDigest SHA-256 of the rubric template
 * @param always send an answer even where the verdict cannot change the reward, to measure how often rule and judge
 *     agree
 * @param wholeText send the whole output instead of the part that a rule extracted
 */
public record AskedJudge(String model, String rubricDigest, boolean always, boolean wholeText) {
    /** Creates a judge that receives only the extracted answer. */
    public AskedJudge(String model, String rubricDigest, boolean always) {
        this(model, rubricDigest, always, false);
    }

    /**
     * Returns the key of a verdict, so that equal requests are judged once: SHA-256 in hexadecimal over question,
     * answer, golds, judge and rubric, each preceded by its length.
     */
    public String key(String question, List<String> golds, String answer) {
        Sha256 digest =
                new Sha256().addWithLength(question).addWithLength(answer).add(golds.size());
        golds.forEach(digest::addWithLength);
        return digest.addWithLength(model).addWithLength(rubricDigest).hex();
    }

    /** Returns the key of a verdict on {@code answer} to {@code question}. */
    public String key(Question question, String answer) {
        return key(question.getQuestion(), question.getGolds(), answer);
    }
}
