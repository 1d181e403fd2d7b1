package dev.longstream.policy.sampling;

/**
 * A request whose prompt has been read. The cache that its answers share holds all of the prompt but its last token.
 * Every answer reads the last token itself, which gives it the distribution of its first token.
 */
record AnswerGroup(SamplingRequest request, long startedMillis) {
    /** Returns the number of the prompt's tokens in the cache that answers share, those of a prefix included. */
    int sharedLength() {
        return sharedLength(request);
    }

    static int sharedLength(SamplingRequest request) {
        return request.prompt().length - 1;
    }
}
