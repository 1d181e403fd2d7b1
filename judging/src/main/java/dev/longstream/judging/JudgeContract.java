package dev.longstream.judging;

/** What is sent to a judge and what comes back. */
public enum JudgeContract {
    /** An OpenAI-compatible server is told the rubric and says a verdict. */
    CHAT,
    /**
     * A reward of somebody else's, behind HTTP. {@code POST url} with {@code {"reward": model, "key": digest, "question": text, "golds":
     * [text], "answer": the whole output}}; it answers 200 with {@code {"value": 0 to 1, "reason": text}}. Anything else is a fault, which
     * is asked again and never a 0.
     */
    REWARD
}
