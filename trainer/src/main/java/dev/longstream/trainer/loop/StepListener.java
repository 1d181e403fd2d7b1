package dev.longstream.trainer.loop;

import dev.longstream.record.Step;
import dev.longstream.trainer.batch.TrainingBatch;

/** Receives each gradient step after it is durable and announced, for metrics and progress. */
@FunctionalInterface
public interface StepListener {
    /** Called once for each step, on the trainer's thread. */
    void onStep(Step step);

    /** Receives the offset in {@code batches} that training continues with, once, before the first batch of this process. */
    default void onStart(long nextBatchOffset) {}

    /**
     * Receives a batch before its step.
     *
     * @param version policy version of the weights that it trains
     */
    default void onBatch(TrainingBatch batch, long version) {}

    /** Receives the news that a micro-batch of a step begins. */
    default void onMicroBatch() {}
}
