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
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Samples with an engine of its own behind HTTP. Keeps the version in use open, because an engine that restarts reads it again. */
final class RemoteSampler implements GroupSampler {
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private final EngineSampler engine;
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
        return engine.advance(engine.isIdle() ? Duration.ZERO : PATIENCE);
    }

    @Override
    public void useWeights(OpenWeights next) {
        OpenWeights before = open;
        open = next;
        before.close();
        engine.useWeights(version(next));
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
        open.close();
    }
}
