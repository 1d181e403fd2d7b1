package dev.longstream.streams.curriculum;

/**
 * Order in which a phase's own prompts are attempted. Within a pool, each prompt is attempted once before any repeats.
 */
public enum PromptSelection {
    /** One pool, shuffled anew for every pass. */
    SHUFFLED,
    /** One pool for each task, with equal turns whatever its size: QwenLong-L1.5's task-balanced sampling. */
    TASK_BALANCED,
    /**
     * Pools by mean reward when the phase begins, with equal turns: 0, up to 1/4, 1/2, 3/4, below 1, 1, and unknown.
     */
    PASS_RATE_BALANCED
}
