package dev.longstream.producers.rollouts;

import dev.longstream.engines.EngineProgress;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.OnNewWeights;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.StopTokens;
import dev.longstream.producers.following.OpenWeights;

import java.util.List;
import java.util.Optional;

/** Samples with the engine in this process. */
final class EmbeddedSampler implements GroupSampler {
    private final PolicyModel model;
    private final Sampler sampler;
    private final OnNewWeights onNewWeights;

    /** Reads the first weights; the caller closes them. */
    EmbeddedSampler(OpenWeights first, RolloutConfig config) {
        this.onNewWeights = config.onNewWeights();
        this.model = SampledWeights.read(first, PolicyModel::load);
        try {
            this.sampler =
                    new Sampler(model, first.announced().getVersion(), StopTokens.of(first.folder()), config.limits());
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    @Override
    public boolean hasRoomFor(SamplingRequest request) {
        return sampler.hasRoomFor(request);
    }

    @Override
    public void submit(SamplingRequest request) {
        sampler.submit(request);
    }

    @Override
    public boolean isIdle() {
        return sampler.isIdle();
    }

    @Override
    public EngineProgress advance() {
        return new EngineProgress(sampler.decodeChunk(), List.of());
    }

    @Override
    public void useWeights(OpenWeights open) {
        try (open) {
            SampledWeights.read(open, folder -> {
                sampler.useWeights(open.announced().getVersion(), folder, onNewWeights);
                return open;
            });
        }
    }

    @Override
    public Optional<String> trouble() {
        return Optional.empty();
    }

    @Override
    public RolloutListener.SamplerState state(long version) {
        return new RolloutListener.SamplerState(
                version, sampler.activeRows(), sampler.cacheBytes(), sampler.promptTokensRead());
    }

    @Override
    public void close() {
        sampler.close();
        model.close();
    }
}
