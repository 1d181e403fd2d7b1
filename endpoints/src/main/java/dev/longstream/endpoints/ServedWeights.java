package dev.longstream.endpoints;

import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.sampling.OnNewWeights;
import dev.longstream.policy.sampling.Sampler;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Replaces a served policy's weights between two chunks, and knows their labels. May be used from several threads. */
final class ServedWeights {
    private static final String FIRST_LABEL = "default";

    private final Sampler sampler;
    private final SamplerThread thread;
    private final ModelConfig shape;
    /** Labels by the sampler's number of the weights. */
    private final Map<Long, String> labels = new ConcurrentHashMap<>(Map.of(0L, FIRST_LABEL));

    private volatile long current;
    private volatile boolean incomplete;

    ServedWeights(Sampler sampler, SamplerThread thread, ModelConfig shape) {
        this.sampler = sampler;
        this.thread = thread;
        this.shape = shape;
    }

    /**
     * Loads a folder's weights. Keys and values of unfinished answers are computed again.
     *
     * @throws ApiError 400 if the sampler is not paused, 500 if the folder cannot be loaded
     */
    void load(Path folder) throws InterruptedException {
        if (!thread.isPaused()) {
            throw ApiError.invalid("method", "reload_weights needs a paused server: POST /pause first");
        }
        thread.between(() -> {
            try (PolicyFolder open = PolicyFolder.open(folder)) {
                if (!open.config().equals(shape)) {
                    throw ApiError.failed(folder + " has the configuration " + open.config() + ", expected " + shape);
                }
                long next = current + 1;
                incomplete = true;
                sampler.useWeights(next, open, OnNewWeights.RECOMPUTE);
                incomplete = false;
                labels.put(next, label());
                current = next;
                return true;
            } catch (PolicyFolderException e) {
                throw ApiError.failed(String.valueOf(e.getMessage()));
            }
        });
    }

    /**
     * Goes on decoding.
     *
     * @throws ApiError 500 after a load that failed halfway
     */
    void resume() {
        if (incomplete) {
            throw ApiError.failed("the last load failed halfway, so the weights are incomplete: load others first");
        }
        thread.resume();
    }

    /** Returns the label of the weights that choose the next token. */
    String label() {
        return label(current);
    }

    /** Returns the label of weights by the sampler's number. */
    String label(long version) {
        return Objects.requireNonNull(labels.get(version));
    }

    /** Names the weights that choose the next token. */
    void setLabel(String label) {
        labels.put(current, label);
    }
}
