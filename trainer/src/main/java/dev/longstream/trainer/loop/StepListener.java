package dev.longstream.trainer.loop;

import dev.longstream.record.Step;

/** Told about each gradient step after it is durable and announced: metrics, progress. */
@FunctionalInterface
public interface StepListener {
    void onStep(Step step);
}
