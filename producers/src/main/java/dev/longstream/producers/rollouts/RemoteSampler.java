package dev.longstream.producers.rollouts;

import dev.longstream.engines.EngineAccess;
import dev.longstream.engines.EngineProgress;
import dev.longstream.engines.EngineSampler;
import dev.longstream.engines.EngineVersion;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.StopTokens;
import dev.longstream.producers.following.OpenWeights;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Samples with an engine of its own behind HTTP. Keeps versions open that the engine may read again: the one in use, and adapters
 * that answers under way need.
 */
final class RemoteSampler implements GroupSampler {
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private final EngineSampler engine;
    private final List<OpenWeights> earlier = new ArrayList<>();
    private OpenWeights open;

    /**
     * Takes over the first weights, which are loaded at the first {@link #advance}.
     *
     * @param stopping returns whether the worker stops
     */
    RemoteSampler(OpenWeights first, EngineAccess access, RolloutConfig config, BooleanSupplier stopping) {
        this.open = first;
        this.engine = new EngineSampler(
                access, version(first), StopTokens.of(first.folder()), config.rows(), InstantSource.system(), stopping);
    }

    private static EngineVersion version(OpenWeights open) {
        return new EngineVersion(open.announced().getVersion(), open.announced().getDigest(), open.folder());
    }

    @Override
    public boolean hasRoomFor(SamplingRequest request) {
        return engine.hasRoomFor(request);
    }

    @Override
    public void submit(SamplingRequest request) {
        engine.submit(request);
    }

    @Override
    public boolean isIdle() {
        return engine.isIdle();
    }

    @Override
    public EngineProgress advance() {
        EngineProgress progress = engine.advance(engine.isIdle() ? Duration.ZERO : PATIENCE);
        closeEarlier();
        return progress;
    }

    @Override
    public void useWeights(OpenWeights next) {
        earlier.add(open);
        open = next;
        engine.useWeights(version(next));
        closeEarlier();
    }

    private void closeEarlier() {
        earlier.removeIf(version -> {
            boolean unused = !engine.holds(version(version));
            if (unused) {
                version.close();
            }
            return unused;
        });
    }

    @Override
    public Optional<String> trouble() {
        return engine.trouble();
    }

    @Override
    public RolloutListener.SamplerState state(long version) {
        return new RolloutListener.SamplerState(version, engine.answers(), 0, 0);
    }

    @Override
    public void close() {
        engine.close();
        earlier.forEach(OpenWeights::close);
        open.close();
    }
}
