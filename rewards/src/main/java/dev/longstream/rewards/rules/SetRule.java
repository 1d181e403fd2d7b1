package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Compares the members that an answer lists, in any order, with the golds, which are the members of the right set.
 *
 * <p>A member is right if its words equal those of a gold, signs included, or both are numbers that are equal. A member that is
 * listed twice counts once. Words that exclude something or offer alternatives ("not", "except", "or") outside the right members
 * make the whole answer wrong, whatever the measure.
 */
final class SetRule implements RuleReward {
    /** Words that join the members of a set and exclude none. */
    private static final Set<String> JOINING = Set.of("and", "both");

    private final SetMeasure measure;
    private final NumberSettings numbers;

    SetRule(SetMeasure measure, NumberSettings numbers) {
        this.measure = measure;
        this.numbers = numbers;
    }

    /** One gold: how it is written, its words, and its number of parts. */
    private record Member(String gold, List<String> words, int parts) {}

    @Override
    public RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected) {
        StatedSet stated = StatedSet.of(output, thinkingExpected);
        String extracted = stated == null ? null : stated.text();
        Map<List<String>, Member> members = new LinkedHashMap<>();
        for (String gold : golds) {
            List<String> words = Words.of(gold);
            if (words.isEmpty()) {
                return RuleVerdict.unreadableGold(extracted, "the gold \"" + gold + "\" has no letter and no digit");
            }
            members.putIfAbsent(
                    words,
                    new Member(gold, words, Math.max(1, StatedSet.parts(gold).size())));
        }
        if (members.isEmpty()) {
            return RuleVerdict.unreadableGold(extracted, "there is no gold");
        }
        if (stated == null || extracted == null) {
            return RuleVerdict.nothingStated("no set was stated");
        }
        return compare(stated, List.copyOf(members.values()));
    }

    private RuleVerdict compare(StatedSet stated, List<Member> members) {
        Set<Member> found = new HashSet<>();
        Set<List<String>> seen = new HashSet<>();
        Set<List<String>> others = new HashSet<>();
        for (int part = 0; part < stated.parts().size(); ) {
            int length = longestMember(stated, part, members, found);
            String words = stated.words(part, part + Math.max(1, length) - 1);
            Member member = length == 0 ? null : memberOf(words, members, found);
            boolean repeated = seen.contains(Words.of(words));
            if (member != null && found.add(member)) {
                seen.add(Words.of(words));
            } else if (!repeated) {
                others.add(Words.of(words));
            }
            part += Math.max(1, length);
        }
        for (List<String> other : others) {
            if (other.stream()
                    .anyMatch(word -> ShortAnswerRule.TURNING_WORDS.contains(word) && !JOINING.contains(word))) {
                return RuleVerdict.wrong(
                        stated.text(), "\"" + String.join(" ", other) + "\" excludes something or offers alternatives");
            }
        }
        double score = measure.of(found.size(), found.size() + others.size(), members.size());
        String reason = "has " + found.size() + " of " + members.size() + " members and " + others.size() + " other"
                + (others.size() == 1 ? "" : "s") + " ("
                + measure.name().toLowerCase(Locale.ROOT) + ")";
        return new RuleVerdict(score, stated.text(), reason);
    }

    /** Returns the number of parts of the longest member that begins at a part; 0 if none does. */
    private int longestMember(StatedSet stated, int from, List<Member> members, Set<Member> found) {
        List<Integer> lengths = new ArrayList<>(
                members.stream().map(Member::parts).distinct().sorted().toList());
        Collections.reverse(lengths);
        for (int length : lengths) {
            if (from + length <= stated.parts().size()
                    && memberOf(stated.words(from, from + length - 1), members, found) != null) {
                return length;
            }
        }
        return 0;
    }

    /** Returns the member that a text states, one that is not found yet if there are several; null if there is none. */
    private @Nullable Member memberOf(String text, List<Member> members, Set<Member> found) {
        List<String> words = Words.of(text);
        Member again = null;
        for (Member member : members) {
            if (member.words().equals(words) && ShortAnswerRule.agreeInCurrency(text, member.gold())) {
                return member;
            }
        }
        StatedNumber number = NumberRule.whole(text);
        if (number == null) {
            return null;
        }
        for (Member member : members) {
            StatedNumber gold = NumberRule.whole(member.gold());
            if (gold != null && number.matches(gold, numbers) && ShortAnswerRule.agreeInCurrency(text, member.gold())) {
                if (!found.contains(member)) {
                    return member;
                }
                again = member;
            }
        }
        return again;
    }
}
