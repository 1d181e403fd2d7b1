package dev.longstream.trainer.loop;

import dev.longstream.record.Step;

/** Receives each gradient step after it is durable and announced, for metrics and progress. */
@FunctionalInterface
public interface StepListener {
    /** Called once for each step, on the trainer's thread. */
    void onStep(Step step);

    /** Receives the news that a micro-batch of a step begins. */
    default void onMicroBatch() {}
}
