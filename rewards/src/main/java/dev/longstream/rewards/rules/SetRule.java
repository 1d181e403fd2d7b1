package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

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

    /**
     * Member of the right set.
     *
     * @param gold gold as it is written
     * @param parts number of parts that separators would cut it into, at least 1
     * @param number gold as a number; null if it is none
     */
    private record Member(String gold, List<String> words, int parts, @Nullable StatedNumber number) {}

    /**
     * Words of an answer that are compared with the members.
     *
     * @param parts number of the statement's parts that they stand in
     * @param member right member that they state; null if there is none
     */
    private record ListedItem(List<String> words, int parts, @Nullable Member member) {}

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
                    new Member(gold, words, Math.max(1, StatedSet.parts(gold).size()), NumberRule.whole(gold)));
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
        Set<List<String>> right = new HashSet<>();
        Set<List<String>> others = new HashSet<>();
        int[] lengths =
                members.stream().mapToInt(Member::parts).distinct().sorted().toArray();
        for (int part = 0; part < stated.parts().size(); ) {
            ListedItem item = itemAt(stated, part, lengths, members, found);
            if (item.member() != null && found.add(item.member())) {
                right.add(item.words());
            } else if (!right.contains(item.words())) {
                others.add(item.words());
            }
            part += item.parts();
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

    /** Returns the longest item at a part that is a member; the part itself if none is. */
    private ListedItem itemAt(StatedSet stated, int from, int[] lengths, List<Member> members, Set<Member> found) {
        ListedItem one = null;
        for (int i = lengths.length - 1; i >= 0; i--) {
            int length = lengths[i];
            if (from + length > stated.parts().size()) {
                continue;
            }
            String text = stated.words(from, from + length - 1);
            List<String> words = Words.of(text);
            ListedItem item = new ListedItem(words, length, memberOf(text, words, members, found));
            if (item.member() != null) {
                return item;
            }
            one = length == 1 ? item : one;
        }
        return one == null ? new ListedItem(Words.of(stated.words(from, from)), 1, null) : one;
    }

    /** Returns the member that a text states, one that is not found yet if there are several; null if there is none. */
    private @Nullable Member memberOf(String text, List<String> words, List<Member> members, Set<Member> found) {
        for (Member member : members) {
            if (member.words().equals(words) && Units.agreeInCurrency(text, member.gold())) {
                return member;
            }
        }
        StatedNumber number = NumberRule.whole(text);
        Member again = null;
        for (Member member : members) {
            StatedNumber gold = member.number();
            if (number != null
                    && gold != null
                    && number.matches(gold, numbers)
                    && Units.agreeInCurrency(text, member.gold())) {
                if (!found.contains(member)) {
                    return member;
                }
                again = member;
            }
        }
        return again;
    }
}
