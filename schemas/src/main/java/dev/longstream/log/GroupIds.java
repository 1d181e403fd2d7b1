package dev.longstream.log;

import java.util.OptionalLong;

/** Reads the ids of groups, {@code promptId@ordinal}. */
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
}
