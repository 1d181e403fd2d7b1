package dev.longstream.streams.curriculum;

/** How a phase's own prompts follow one another. Each is attempted once before any is again, within its pool. */
public enum PromptSelection {
    /** One pool, shuffled anew for each pass. */
    SHUFFLED,
    /** A pool a task, and equal turns for each, whatever their sizes: QwenLong-L1.5's task-balanced sampling. */
    TASK_BALANCED,
    /**
     * Pools by mean reward as known when the phase begins: never right, up to 1/4, 1/2, 3/4, below 1, always right, and
     * not known. Equal turns for each.
     */
    PASS_RATE_BALANCED
}
