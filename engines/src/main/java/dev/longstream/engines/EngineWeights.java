package dev.longstream.engines;

import dev.longstream.policy.folder.ModelConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Brings policy versions to an engine and proves that it serves them: pause, load, label, resume, probe. After an error before
 * {@code resume} the engine stays paused, since a failed load leaves it without weights. The probe follows {@code resume}, because
 * a paused engine answers nothing; answers count only once it has passed. Used by one thread.
 */
final class EngineWeights implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineWeights.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(15);
    private static final int CHECK_TOKENS = 8;

    private final EngineClient client;
    private final EngineConfig config;
    private final EngineChecks checks;
    private final ModelConfig shape;
    private final @Nullable WeightsProbe probe;
    private final Map<String, Long> proven = new HashMap<>();
    private EngineVersion wanted;
    private @Nullable EngineVersion serving;
    private boolean suspect;
    private int maxLength;
    private @Nullable String trouble;
    private Duration pause = FIRST_PAUSE;
    private long tryAt = System.nanoTime();

    /**
     * Creates the owner of an engine's weights, which are unknown at first.
     *
     * @param first version to begin with
     */
    EngineWeights(EngineClient client, EngineConfig config, EngineVersion first) {
        this.client = client;
        this.config = config;
        this.checks = new EngineChecks(client, config);
        this.shape = first.folder().config();
        this.maxLength = shape.maxPositions();
        this.probe = config.probe() ? new WeightsProbe() : null;
        this.wanted = first;
    }

    /**
     * Sets the version to serve.
     *
     * @throws IllegalArgumentException if its weights have other names or shapes than the first version's: to load them would
     *     leave the engine without weights
     */
    void want(EngineVersion version) {
        if (!version.folder().config().equals(shape)) {
            throw new IllegalArgumentException("the weights of version " + version.version() + " in "
                    + version.folder().path() + " have the configuration "
                    + version.folder().config() + ", expected " + shape);
        }
        wanted = version;
        tryAt = System.nanoTime();
        pause = FIRST_PAUSE;
    }

    /** Returns whether the engine serves the version that is wanted, as far as is known. */
    boolean isServing() {
        return !suspect && serving != null && serving.label().equals(wanted.label());
    }

    /** Returns whether answers under way may go on while the next version is loaded. */
    boolean keepsAnswers() {
        return serving != null;
    }

    /** Notes that the engine may have restarted or have other weights, so that {@link #look} asks it. */
    void suspect() {
        suspect = true;
    }

    /** Returns what keeps the engine from serving; empty: nothing. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Returns the maximum number of tokens of a prompt and its answer. */
    int maxLength() {
        return maxLength;
    }

    /** Returns the policy version that a label stands for; empty for weights that were not proven. */
    Optional<Long> versionOf(String label) {
        return Optional.ofNullable(proven.get(label));
    }

    /** Returns whether the next attempt is due. */
    boolean isDue() {
        return System.nanoTime() - tryAt >= 0;
    }

    /** Asks a suspect engine whether it still serves what it did. */
    void look() {
        EngineVersion known = serving;
        if (!suspect) {
            return;
        }
        suspect = false;
        if (known == null) {
            return;
        }
        try {
            String label = client.label();
            if (label.equals(known.label()) && !client.isPaused()) {
                return;
            }
            LOG.warn(
                    "Engine {} is paused or has other weights ('{}', expected '{}'): it restarted, or somebody else uses it."
                            + " It gets version {} again",
                    client.url(),
                    label,
                    known.label(),
                    wanted.version());
        } catch (EngineException e) {
            failed(e.getMessage() + "; it gets its weights as soon as it answers");
        }
        serving = null;
    }

    /**
     * Loads the version that is wanted.
     *
     * @return whether the engine serves it; otherwise {@link #trouble} says why, and the next attempt waits
     * @throws dev.longstream.failure.UnusableInputException if the engine cannot sample for this run
     */
    boolean bring() {
        EngineVersion version = wanted;
        long began = System.nanoTime();
        try {
            boolean known = serving != null;
            if (!known) {
                maxLength = checks.checkServer(shape);
            }
            client.pause(known);
            serving = null;
            proven.remove(version.label()); // a load of the same version can fail as well
            load(version);
            client.setLabel(version.label());
            client.resume();
            String proof = prove(version, !known);
            proven.put(version.label(), version.version());
            serving = version;
            trouble = null;
            pause = FIRST_PAUSE;
            LOG.info(
                    "Engine {} serves version {} after {} ms, {}",
                    client.url(),
                    version.version(),
                    (System.nanoTime() - began) / 1_000_000,
                    proof);
            return true;
        } catch (EngineException e) {
            serving = null;
            failed(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void load(EngineVersion version) {
        try {
            client.reload(version.folder().path());
        } catch (EngineException e) {
            throw new EngineException(
                    e.status(),
                    "version " + version.version() + " could not be loaded from "
                            + version.folder().path() + " (" + e.getMessage()
                            + "). It stays paused, since it has no weights now. The load is tried again; if it fails again,"
                            + " check that the engine reads this path, and restart the engine");
        }
    }

    /** Compares what the engine serves with the folder; returns the result in words. */
    private String prove(EngineVersion version, boolean first) {
        int[] tokens = WeightsProbe.tokens(shape.vocabularySize());
        if (first) {
            checks.checkSampling(Arrays.copyOf(tokens, CHECK_TOKENS));
        }
        if (probe == null) {
            return "not probed";
        }
        double difference =
                WeightsProbe.difference(probe.logProbs(version.folder(), tokens), client.promptLogProbs(tokens));
        if (!(difference <= config.probeTolerance())) {
            client.pause(false);
            throw new EngineException(
                    0,
                    String.format(
                            Locale.ROOT,
                            "log-probabilities differ by %.4f nats from those of version %d in %s, and probe-tolerance is %s: it"
                                    + " serves other weights, or rounds more. It is paused. vLLM keeps an output head that is"
                                    + " tied to the embedding: use a model with tie_word_embeddings false, or a vLLM that is"
                                    + " mended; docs/engines.md says more",
                            difference,
                            version.version(),
                            version.folder().path(),
                            config.probeTolerance()));
        }
        return String.format(Locale.ROOT, "log-probabilities within %.6f nats", difference);
    }

    private void failed(String why) {
        String words = "the engine " + client.url() + ": " + why;
        if (!Objects.equals(words, trouble)) {
            LOG.warn("Waiting for {}", words);
        }
        trouble = words;
        tryAt = System.nanoTime() + pause.toNanos();
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE;
    }

    @Override
    public void close() {
        if (probe != null) {
            probe.close();
        }
    }
}
