package dev.longstream.policy.sampling;

import dev.longstream.policy.folder.PolicyFolder;

/** The tokens that end a policy's answers. */
public final class StopTokens {
    private StopTokens() {}

    /** Ids, ascending. */
    public static int[] of(PolicyFolder folder) {
        return folder.generation().endOfSequenceIds().stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
