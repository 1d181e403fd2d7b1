package dev.longstream.rewards;

import dev.longstream.record.Question;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
        MessageDigest sha = sha256();
        add(sha, question);
        add(sha, answer);
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(golds.size()).array());
        golds.forEach(gold -> add(sha, gold));
        add(sha, model);
        add(sha, rubricDigest);
        return HexFormat.of().formatHex(sha.digest());
    }

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
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
