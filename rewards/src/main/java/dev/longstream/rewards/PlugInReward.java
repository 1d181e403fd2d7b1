package dev.longstream.rewards;

import dev.longstream.record.Question;
import dev.longstream.record.RewardComponent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a plug-in safely: an exception, a value that is not finite or no value within a time leaves the answer without a reward.
 * The plug-in runs on a thread of its own, which is left behind if it does not end.
 */
final class PlugInReward implements Reward {
    private static final Logger LOG = LoggerFactory.getLogger(PlugInReward.class);

    private static final long PATIENCE_MS = 30_000;

    private final Reward plugIn;
    private final long patienceMs;
    private @Nullable ExecutorService thread;

    PlugInReward(Reward plugIn) {
        this(plugIn, PATIENCE_MS);
    }

    /**
     * Creates a reward.
     *
     * @param patienceMs time in ms that the plug-in has for one answer
     */
    PlugInReward(Reward plugIn, long patienceMs) {
        this.plugIn = plugIn;
        this.patienceMs = patienceMs;
    }

    @Override
    public String name() {
        return plugIn.name();
    }

    @Override
    public synchronized RewardComponent of(Question question, String text) {
        try {
            RewardComponent component = inTime(() -> plugIn.of(question, text));
            Double value = component.getValue();
            return value == null || Double.isFinite(value)
                    ? component
                    : without("returned " + value + ", expected a finite number or null");
        } catch (ExecutionException e) {
            LOG.warn("The reward {} failed on an answer to {}", name(), question.getPromptId(), e.getCause());
            return without("failed: " + e.getCause());
        } catch (TimeoutException e) {
            LOG.warn("The reward {} did not end within {} ms on {}", name(), patienceMs, question.getPromptId());
            return without("did not end within " + patienceMs + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the reward " + name() + " was computed", e);
        }
    }

    private RewardComponent inTime(Callable<RewardComponent> work)
            throws ExecutionException, TimeoutException, InterruptedException {
        if (thread == null) {
            thread = Executors.newSingleThreadExecutor(task -> {
                Thread daemon = new Thread(task, "reward-" + name());
                daemon.setDaemon(true);
                return daemon;
            });
        }
        Future<RewardComponent> running = thread.submit(work);
        try {
            return running.get(patienceMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            thread.shutdownNow();
            thread = null;
            throw e;
        }
    }

    private RewardComponent without(String problem) {
        return RewardComponent.newBuilder()
                .setName(name())
                .setReason(Excerpt.of("the reward " + name() + " " + problem))
                .build();
    }
}
