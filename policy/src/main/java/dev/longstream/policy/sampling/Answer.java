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

    /** Tokens so far, and columns of its own cache that are filled. */
    int length() {
        return length;
    }

    int tokensLeft() {
        return tokens.length - length;
    }

    boolean isFinished() {
        return stopped || tokensLeft() == 0;
    }

    /** The token to be read next. */
    int lastToken() {
        return tokenBefore(length);
    }

    /** The token that is read to predict the answer's token at {@code position}: of column {@code position} of its own cache. */
    int tokenBefore(int position) {
        int[] prompt = group.request().prompt();
        return position == 0 ? prompt[prompt.length - 1] : tokens[position - 1];
    }

    /** The random number for the token that is {@code ahead} of the next one. */
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

    /** Called after every chunk. */
    void chunkDone(long nowMillis) {
        if (firstTokenMillis == 0) {
            firstTokenMillis = nowMillis;
        }
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
                group.startedMillis(),
                firstTokenMillis,
                nowMillis);
    }
}
