package dev.longstream.policy.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An answer being decoded. */
final class Answer {
    private final AnswerGroup group;
    private final int sampleIndex;
    private final int[] tokens;
    private final float[] behaviour;
    private final float[] policy;
    private final List<VersionTokens> versions = new ArrayList<>();
    private int length;
    private boolean stopped;
    private long firstTokenMillis;

    Answer(AnswerGroup group, int sampleIndex) {
        this.group = group;
        this.sampleIndex = sampleIndex;
        int maxTokens = group.request().parameters().maxTokens();
        this.tokens = new int[maxTokens];
        this.behaviour = new float[maxTokens];
        this.policy = new float[maxTokens];
    }

    AnswerGroup group() {
        return group;
    }

    /** Returns the number of tokens so far, which is also the number of filled columns of its own cache. */
    int length() {
        return length;
    }

    int tokensLeft() {
        return tokens.length - length;
    }

    boolean isFinished() {
        return stopped || tokensLeft() == 0;
    }

    /** Returns the token that the model reads next. */
    int lastToken() {
        return tokenBefore(length);
    }

    /**
     * Returns the token that predicts the answer's token at {@code position}. Column {@code position} of its own cache
     * belongs to it.
     */
    int tokenBefore(int position) {
        int[] prompt = group.request().prompt();
        return position == 0 ? prompt[prompt.length - 1] : tokens[position - 1];
    }

    /** Returns the random number in [0, 1) for the token that comes {@code ahead} tokens after the next one. */
    double uniform(int ahead) {
        return Uniforms.at(group.request().seed(), sampleIndex, length + ahead);
    }

    void add(int token, float behaviourLogProb, float policyLogProb, long version, boolean stops) {
        tokens[length] = token;
        behaviour[length] = behaviourLogProb;
        policy[length] = policyLogProb;
        length++;
        stopped = stops;
        int last = versions.size() - 1;
        if (last >= 0 && versions.get(last).version() == version) {
            versions.set(last, new VersionTokens(version, versions.get(last).tokens() + 1));
        } else {
            versions.add(new VersionTokens(version, 1));
        }
    }

    /** Notes the time at which the first token was there. Called after every chunk. */
    void chunkDone(long nowMillis) {
        if (firstTokenMillis == 0) {
            firstTokenMillis = nowMillis;
        }
    }

    PartialAnswer partial() {
        return new PartialAnswer(
                group.request().id(), sampleIndex, Arrays.copyOf(tokens, length), Arrays.copyOf(policy, length));
    }

    Sample sample(long nowMillis) {
        return new Sample(
                group.request().id(),
                sampleIndex,
                Arrays.copyOf(tokens, length),
                Arrays.copyOf(behaviour, length),
                Arrays.copyOf(policy, length),
                List.copyOf(versions),
                !stopped,
                new Sample.SampleTimes(group.startedMillis(), firstTokenMillis, nowMillis));
    }
}
