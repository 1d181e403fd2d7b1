package dev.longstream.rewards;

import dev.longstream.record.Question;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
        MessageDigest sha = sha256();
        add(sha, question);
        add(sha, answer);
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(golds.size()).array());
        golds.forEach(gold -> add(sha, gold));
        add(sha, model);
        add(sha, rubricDigest);
        return HexFormat.of().formatHex(sha.digest());
    }

    /** Returns the key of a verdict on {@code answer} to {@code question}. */
    public String key(Question question, String answer) {
        return key(question.getQuestion(), question.getGolds(), answer);
    }

    private static void add(MessageDigest sha, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        sha.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every Java platform must provide", e);
        }
    }
}
