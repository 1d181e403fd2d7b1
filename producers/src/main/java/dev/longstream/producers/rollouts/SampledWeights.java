package dev.longstream.producers.rollouts;

import dev.longstream.failure.UnreachableException;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.producers.following.OpenWeights;
import dev.longstream.producers.following.WeightsOpener;
import dev.longstream.record.Weights;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Weights that a sampler uses; replaces them by the newest version, or by a version that a group needs. */
final class SampledWeights {
    private final WeightsOpener opener;
    private final GroupSampler sampler;
    private final Rule rule;
    private final RolloutListener listener;
    private final Map<Long, String> digests = new HashMap<>();
    private Weights weights;

    /**
     * Says which version samples a group.
     *
     * @param version newest version, or the group's own
     * @param maxStaleness η, maximum number of gradient steps between a group's admission and its training
     */
    record Rule(SamplingVersion version, int maxStaleness) {}

    /**
     * Creates the follower of one sampler.
     *
     * @param first weights that the sampler has now
     * @param listener hears how long the load of a version takes
     */
    SampledWeights(WeightsOpener opener, GroupSampler sampler, Rule rule, Weights first, RolloutListener listener) {
        this.opener = opener;
        this.sampler = sampler;
        this.rule = rule;
        this.weights = first;
        this.listener = listener;
        digests.put(first.getVersion(), first.getDigest());
    }

    long version() {
        return weights.getVersion();
    }

    /** Returns whether a group is sampled with the version that admitted it, and no newer one. */
    boolean areAsAdmitted() {
        return rule.version() == SamplingVersion.AS_ADMITTED;
    }

    /**
     * Returns whether all groups admitted under a version are trained or rejected. They are, once a version more than η steps
     * newer is announced; the files of the old version may be gone by then.
     */
    boolean isOver(long admittedVersion) {
        return opener.newestVersion() > admittedVersion + rule.maxStaleness();
    }

    /** Returns the digest of a version that the sampler has had. */
    String digest(long version) {
        return Objects.requireNonNull(digests.get(version));
    }

    /**
     * Loads a newer version into the sampler, between two decoding chunks; keeps the present one if none is ready within
     * {@code patience}.
     */
    void useNewest(Duration patience) {
        load(opener.newerThan(weights.getVersion(), patience));
    }

    /**
     * Loads one version into an idle sampler, which may be an older one; keeps the present one if it is not ready within
     * {@code patience}.
     */
    void use(long version, Duration patience) {
        if (version != version()) {
            load(opener.exactly(version, patience));
        }
    }

    /**
     * Reads the weights of an open version.
     *
     * @throws UnreachableException if files are removed or cut off meanwhile; the worker begins again and opens the version anew
     */
    static <T> T read(OpenWeights open, Function<PolicyFolder, T> reader) {
        try {
            return reader.apply(open.folder());
        } catch (PolicyFolderException e) {
            if (!(e.getCause() instanceof IOException)) {
                throw e;
            }
            throw new UnreachableException(
                    "The files of version " + open.announced().getVersion()
                            + " changed while they were read, and are opened again: " + e.getMessage(),
                    e);
        }
    }

    private void load(Optional<OpenWeights> opened) {
        if (opened.isPresent()) {
            long began = System.nanoTime();
            weights = opened.get().announced();
            digests.put(weights.getVersion(), weights.getDigest());
            sampler.useWeights(opened.get());
            listener.onWeights(System.nanoTime() - began);
        }
    }
}
