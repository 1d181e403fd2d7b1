package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Accepts an answer that states exactly one option, by its letter or by its text, and does not negate or contradict it.
 */
final class ChoiceRule implements RuleReward {
    private static final int UNICODE = Pattern.UNICODE_CHARACTER_CLASS;
    private static final Pattern NEGATION =
            Pattern.compile("(?:not|neither|none)\\b", Pattern.CASE_INSENSITIVE | UNICODE);
    private static final Pattern WRAPPING = Pattern.compile(
            "(?:[\\s(\\[\"'“‘«*_`$:{]|\\\\(?:text|math)(?:bf|it|rm|sf|tt)?\\s*+\\{|\\\\(?:bf|it|rm)\\b|(?:option|choice|answer)\\s++)*+",
            Pattern.CASE_INSENSITIVE | UNICODE);
    private static final Pattern LETTER = Pattern.compile("[A-Za-z](?![A-Za-z0-9]|['’][A-Za-z])");
    private static final Pattern CLOSED = Pattern.compile("\\s*+(?:[)\\]}.:,;\"'”’»]|\\z)", UNICODE);
    private static final Pattern CLOSING = Pattern.compile("[)\\]}\"'”’»*_`$]*+");
    private static final Pattern NEXT_WORD = Pattern.compile("\\s++([A-Za-z]++)", UNICODE);
    private static final Pattern BEFORE_TEXT = Pattern.compile("[\\s).:,;\\]-]*+", UNICODE);
    private static final Pattern NOTHING_ELSE = Pattern.compile("[(\\[]?+([A-Z])[)\\].]*+");
    private static final Pattern GOLD_WRAPPING = Pattern.compile("^[() .]++|[() .]++\\z");
    /** Words before which A and I are letters of an option, not the article or the pronoun. */
    private static final Set<String> CONNECTORS =
            Set.of("because since as for due which based according given per from in by with and or but".split(" "));

    @Override
    public RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected) {
        String extracted = extract(output, options, thinkingExpected);
        if (golds.isEmpty()) {
            return RuleVerdict.unreadableGold(extracted, "there is no gold");
        }
        for (String gold : golds) {
            if (letter(gold).length() != 1) {
                return RuleVerdict.unreadableGold(extracted, "the gold \"" + gold + "\" is not one letter");
            }
        }
        if (extracted == null) {
            return RuleVerdict.nothingStated("no single option was stated");
        }
        boolean right = golds.stream().anyMatch(gold -> letter(gold).equals(extracted));
        return right
                ? RuleVerdict.right(extracted, "the letter is the gold's")
                : RuleVerdict.wrong(extracted, "the letter is not the gold's");
    }

    private static String letter(String gold) {
        return GOLD_WRAPPING.matcher(gold).replaceAll("").toUpperCase(Locale.ROOT);
    }

    private static @Nullable String extract(String output, Map<String, String> options, boolean thinkingExpected) {
        String part = AnswerPart.of(output, thinkingExpected);
        if (part == null) {
            return null;
        }
        String statement = Statement.of(part);
        if (statement == null) {
            Matcher alone = NOTHING_ELSE.matcher(part);
            return alone.matches() ? alone.group(1) : null;
        }
        return NEGATION.matcher(statement).lookingAt() ? null : choice(statement, options);
    }

    private static @Nullable String choice(String statement, Map<String, String> options) {
        Cursor at = new Cursor(statement);
        MatchResult wrapping = at.take(WRAPPING);
        MatchResult written = at.take(LETTER);
        if (written != null && isLetter(written.group(), wrapping, at)) {
            String letter = written.group().toUpperCase(Locale.ROOT);
            at.skip(CLOSING);
            return namesAnother(at, options) || contradicts(at, letter, options) ? null : letter;
        }
        return optionWithText(Statement.firstSentence(statement), options);
    }

    /**
     * Returns whether a letter stands for an option. A lower-case word does not, nor do the article A and the pronoun I
     * before a word.
     */
    private static boolean isLetter(String written, @Nullable MatchResult wrapping, Cursor after) {
        boolean closed = after.sees(CLOSED);
        if (closed) {
            return true;
        }
        if (written.equals("A") || written.equals("I")) {
            boolean bracketed = wrapping != null && wrapping.group().contains("(");
            Cursor next = new Cursor(after.rest());
            next.skip(CLOSING);
            MatchResult word = next.take(NEXT_WORD);
            return bracketed
                    || word == null
                    || CONNECTORS.contains(word.group(1).toLowerCase(Locale.ROOT));
        }
        return Character.isUpperCase(written.charAt(0));
    }

    /** Returns whether a second option follows after a comma, slash, word or bracket, or as a further letter. */
    private static boolean namesAnother(Cursor after, Map<String, String> options) {
        String letters =
                options.keySet().stream().filter(key -> key.matches("[A-Z]")).collect(Collectors.joining());
        String one = "[" + (letters.isEmpty() ? "ABCD" : letters) + "]";
        String whole = "[(\\[]?" + one + "[)\\]]?(?![A-Za-z0-9])";
        return after.sees(Pattern.compile(
                        "\\s*+(?:[,/&;+]|and\\b|or\\b)\\s*+(?:and\\s++|or\\s++)?+(?:option\\s++)?+" + whole, UNICODE))
                || after.sees(Pattern.compile("\\s*+[(\\[]" + one + "[)\\]]", UNICODE))
                || after.sees(Pattern.compile("\\s++" + one + "(?:\\s*+(?:\\z|[,.;:)])|\\s++" + whole + ")", UNICODE));
    }

    /** Returns whether the text after the letter is exactly another option's text. */
    private static boolean contradicts(Cursor after, String letter, Map<String, String> options) {
        Cursor text = new Cursor(after.rest());
        text.skip(BEFORE_TEXT);
        List<String> following = Words.of(Statement.trim(Statement.firstSentence(text.rest())));
        return !following.equals(Words.of(options.getOrDefault(letter, "")))
                && options.entrySet().stream()
                        .anyMatch(option -> !option.getKey().equals(letter)
                                && Words.of(option.getValue()).equals(following));
    }

    private static @Nullable String optionWithText(String sentence, Map<String, String> options) {
        List<String> stated = Words.of(Statement.trim(sentence));
        List<String> same = options.entrySet().stream()
                .filter(option -> Words.of(option.getValue()).equals(stated))
                .map(Entry::getKey)
                .toList();
        return same.size() == 1 ? same.get(0) : null;
    }
}
