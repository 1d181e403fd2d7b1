package dev.longstream.engines;

import dev.longstream.policy.folder.ModelConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Brings policy versions to an engine by its {@link VersionRoute} and proves that it serves them. The probe follows the load,
 * because an engine answers nothing while it loads; answers count only once it has passed. Used by one thread.
 */
final class EngineWeights implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineWeights.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(15);
    private static final int CHECK_TOKENS = 8;

    private final EngineClient client;
    private final EngineConfig config;
    private final EngineChecks checks;
    private final VersionRoute route;
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
        this.route = VersionRoute.of(first, client, config);
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
        boolean isAdapter = version.folder().adapter().isPresent();
        if (isAdapter != wanted.folder().adapter().isPresent()) {
            throw new IllegalArgumentException("version " + version.version() + " in "
                    + version.folder().path() + " is " + (isAdapter ? "an adapter" : "a whole policy")
                    + ", unlike the versions before it");
        }
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

    /** Returns the model to name in requests for answers of the version that is wanted. */
    String model() {
        return route.model(wanted);
    }

    /**
     * Returns the policy version that chose tokens; empty for weights that were not proven.
     *
     * @param model model that the request named
     * @param label label that the answer gives its tokens
     */
    Optional<Long> versionOf(String model, String label) {
        return Optional.ofNullable(proven.get(route.label(model, label)));
    }

    /**
     * Lets the engine forget versions that no answer under way needs.
     *
     * @param models models that answers under way named
     */
    void release(Set<String> models) {
        Set<String> needed = new HashSet<>(models);
        needed.add(wanted.label());
        if (serving != null) {
            needed.add(serving.label());
        }
        route.release(needed);
    }

    /** Returns whether the engine may read the folder of an earlier version again. */
    boolean holds(EngineVersion version) {
        return route.holds(version);
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
            if (route.serves(known)) {
                return;
            }
            LOG.warn(
                    "Engine {} is paused or does not have the weights '{}': it restarted, or somebody else uses it. It gets"
                            + " version {} again",
                    client.url(),
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
                maxLength = route.check(shape);
            }
            if (!route.keepsEarlier()) {
                serving = null;
            }
            proven.remove(version.label()); // a load of the same version can fail as well
            route.load(version, known);
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
            suspect |= e.status() == 0; // no reply: it may have restarted
            failed(String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** Compares what the engine serves with the folder; returns the result in words. */
    private String prove(EngineVersion version, boolean first) {
        int[] tokens = WeightsProbe.tokens(shape.vocabularySize());
        if (first) {
            checks.checkSampling(Arrays.copyOf(tokens, CHECK_TOKENS), route.model(version));
        }
        if (probe == null) {
            return "not probed";
        }
        double difference = WeightsProbe.difference(
                probe.logProbs(version.folder(), tokens), client.promptLogProbs(route.model(version), tokens));
        if (!(difference <= config.probeTolerance())) {
            route.withdraw(version);
            throw new EngineException(
                    0,
                    String.format(
                            Locale.ROOT,
                            "log-probabilities differ by %.4f nats from those of version %d in %s, and probe-tolerance is %s: it"
                                    + " serves other weights, or rounds more. It is not used. If it serves others, %s;"
                                    + " docs/engines.md says more",
                            difference,
                            version.version(),
                            version.folder().path(),
                            config.probeTolerance(),
                            route.remedy(version)));
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
