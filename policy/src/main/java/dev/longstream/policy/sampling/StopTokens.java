package dev.longstream.policy.sampling;

import dev.longstream.policy.folder.PolicyFolder;

/** Finds the tokens that end a policy's answers. */
public final class StopTokens {
    private StopTokens() {}

    /** Returns the ids of the stop tokens, ascending. */
    public static int[] of(PolicyFolder folder) {
        return folder.generation().endOfSequenceIds().stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
