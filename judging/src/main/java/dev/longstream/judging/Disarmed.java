package dev.longstream.judging;

import java.util.regex.Pattern;

/** An answer as a judge may see it: one line of words, without what a chat template or our own verdict is made of. */
final class Disarmed {
    private static final Pattern CHAT_MARKS =
            Pattern.compile("<[|｜][^<>|｜]{0,40}[|｜]>|</?s>|</?think>|\\[/?INST\\]|<</?SYS>>", Pattern.CASE_INSENSITIVE);
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}\\u2028\\u2029\\u0085]+");

    private Disarmed() {}

    /** @param longest characters; what is longer is shown cut */
    static String of(String answer, int longest) {
        String words = CHAT_MARKS.matcher(answer).replaceAll(" ");
        String line = BLANKS.matcher(words).replaceAll(" ").strip();
        String shown = line.replace("[[", "[ [").replace("]]", "] ]").replace("=====", "= = =");
        return shown.length() <= longest ? shown : shown.substring(0, longest) + " … (cut)";
    }
}
