package dev.longstream.policy.sampling;

/**
 * A request whose prompt has been read. All of the prompt but its last token is in the cache that its answers share; every answer reads the last
 * one itself, which gives it the distribution of its first token.
 */
record AnswerGroup(SamplingRequest request, long startedMillis) {
    /** Columns of the shared cache. */
    int sharedLength() {
        return sharedLength(request);
    }

    static int sharedLength(SamplingRequest request) {
        return request.prompt().length - 1;
    }
}
