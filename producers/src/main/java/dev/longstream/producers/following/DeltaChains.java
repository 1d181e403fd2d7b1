package dev.longstream.producers.following;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.producers.following.DeltaChain.DeltaPlace;
import dev.longstream.record.Weights;
import dev.longstream.record.WeightsDelta;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The newest announced versions, with the deltas that lead from one to another. Thread-safe. */
final class DeltaChains {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaChains.class);
    private static final int MAX_REMEMBERED = 100;

    private final RunPaths paths;
    private final TreeMap<Long, Weights> announced = new TreeMap<>();

    /** Creates an empty memory for a run whose files have these places. */
    DeltaChains(RunPaths paths) {
        this.paths = paths;
    }

    /** Adds a version, and forgets the oldest if there are more than a hundred. */
    synchronized void note(Weights version) {
        announced.put(version.getVersion(), version);
        if (announced.size() > MAX_REMEMBERED) {
            announced.pollFirstEntry();
        }
    }

    /**
     * Returns the deltas that lead to a version from the newest earlier one at hand. Empty if no deltas do, or if together they
     * are not smaller than the version.
     *
     * @param atHand tells whether weights with a digest are at hand
     */
    synchronized Optional<DeltaChain> to(Weights wanted, Predicate<String> atHand) {
        Deque<DeltaPlace> deltas = new ArrayDeque<>();
        long bytes = 0;
        Weights next = wanted;
        while (true) {
            WeightsDelta delta = next.getDelta();
            Weights base = delta == null ? null : before(next.getVersion(), delta);
            if (delta == null || base == null) {
                return Optional.empty();
            }
            bytes += delta.getBytes();
            if (delta.getBytes() < 0 || bytes >= wanted.getBytes()) {
                return Optional.empty();
            }
            try {
                deltas.addFirst(place(next.getVersion(), delta));
            } catch (UnusableInputException e) {
                LOG.warn("Version {} is read whole: {}", wanted.getVersion(), e.getMessage());
                return Optional.empty();
            }
            if (atHand.test(base.getDigest())) {
                return Optional.of(
                        new DeltaChain(base.getDigest(), deltas.stream().toList()));
            }
            next = base;
        }
    }

    /** Returns the version that a delta starts from, if it is remembered and is an earlier one. */
    private @Nullable Weights before(long version, WeightsDelta delta) {
        return delta.getBaseVersion() < version ? announced.get(delta.getBaseVersion()) : null;
    }

    private DeltaPlace place(long version, WeightsDelta delta) {
        String record = "The record of version " + version;
        if (!VersionCache.isDigest(delta.getDigest())) {
            throw new UnusableInputException(record + " names a delta with the digest " + delta.getDigest()
                    + ", expected 64 hexadecimal digits");
        }
        return new DeltaPlace(
                paths.place(delta.getUri(), record).toString().replace('\\', '/'), delta.getBytes(), delta.getDigest());
    }
}
