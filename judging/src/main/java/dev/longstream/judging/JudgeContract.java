package dev.longstream.judging;

/** The protocol of a judge behind HTTP. */
public enum JudgeContract {
    /** An OpenAI-compatible server gets the rendered rubric as a message and replies with a verdict. */
    CHAT,
    /**
     * An external reward. {@code POST url} with {@code {"reward": model, "key": digest, "question": text, "golds":
     * [text], "answer": the whole output}} returns 200 and {@code {"value": 0 to 1, "reason": text}}. Any other
     * response is a fault: the request is repeated, and the reward is never 0 because of it.
     */
    REWARD
}
