package dev.longstream.log;

import dev.longstream.record.ForkPoint;

import java.util.OptionalLong;

/** Ids of groups, {@code promptId@ordinal}, and of their answers, {@code promptId@ordinal#sampleIndex}. */
public final class GroupIds {
    private GroupIds() {}

    /** Returns the ordinal in a group's id; empty if the text is no such id. */
    public static OptionalLong ordinal(String groupId) {
        String digits = groupId.substring(groupId.lastIndexOf('@') + 1);
        boolean numeric = digits.length() < groupId.length()
                && !digits.isEmpty()
                && digits.length() <= 18
                && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        return numeric ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
    }

    /** Returns the ordinal of the first group that a fork assigns itself. */
    public static long firstOrdinal(ForkPoint fork) {
        return fork.getAssigned().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the id of an answer. */
    public static String answer(String groupId, int sampleIndex) {
        return groupId + "#" + sampleIndex;
    }
}
