package dev.longstream.judging;

import java.util.regex.Pattern;

/**
 * Makes an answer safe to show to a judge: one line, without tokens of chat templates and without our verdict's marks.
 */
final class Disarmed {
    private static final Pattern CHAT_MARKS =
            Pattern.compile("<[|｜][^<>|｜]{0,40}[|｜]>|</?s>|</?think>|\\[/?INST\\]|<</?SYS>>", Pattern.CASE_INSENSITIVE);
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}\\u2028\\u2029\\u0085]+");

    private Disarmed() {}

    /**
     * Returns the answer without characters that a judge could take for instructions.
     *
     * @param longest maximum length in characters; a longer answer is cut
     */
    static String of(String answer, int longest) {
        String words = CHAT_MARKS.matcher(answer).replaceAll(" ");
        String line = BLANKS.matcher(words).replaceAll(" ").strip();
        String shown = line.replace("[[", "[ [").replace("]]", "] ]").replace("=====", "= = =");
        return shown.length() <= longest ? shown : shown.substring(0, longest) + " … (cut)";
    }
}
