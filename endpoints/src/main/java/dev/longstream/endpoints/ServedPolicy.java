package dev.longstream.endpoints;

import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.folder.ChatTemplate;
import dev.longstream.policy.folder.GenerationSettings;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.StopTokens;
import dev.longstream.policy.training.PolicyLearner;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A policy being served: tokenizer, chat template, generation settings and the sampler of one policy folder. */
final class ServedPolicy implements AutoCloseable {
    private final PolicyFolder folder;
    private final PolicyModel model;
    private final Tokenizer tokenizer;
    private final GenerationSettings generation;
    private final @Nullable ChatTemplate template;
    private final String withoutTemplate;
    private final SamplerThread sampler;
    private final ServedWeights weights;
    private final int[] stopIds;

    private ServedPolicy(PolicyFolder folder, ServingConfig config) {
        this.folder = folder;
        this.generation = folder.generation();
        ChatTemplate read = null;
        String problem = "";
        try {
            read = folder.chatTemplate();
        } catch (PolicyFolderException e) {
            problem = "this model has no chat template, use text completions instead: " + e.getMessage();
        }
        this.template = read;
        this.withoutTemplate = problem;
        this.tokenizer = folder.tokenizer();
        this.model = PolicyModel.load(folder);
        this.stopIds = StopTokens.of(folder);
        Sampler decoding = new Sampler(model, 0, stopIds, config.limits());
        this.sampler = new SamplerThread(decoding, config.maxRequests(), "serve-sampler");
        this.weights = new ServedWeights(decoding, sampler, folder.config());
    }

    /**
     * Opens a policy folder and starts its sampler.
     *
     * @throws PolicyFolderException if the folder cannot be used
     */
    static ServedPolicy open(Path path, ServingConfig config) {
        PolicyFolder folder = PolicyFolder.open(path);
        try {
            ServedPolicy policy = new ServedPolicy(folder, config);
            policy.sampler.start();
            return policy;
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /**
     * Renders a conversation into token ids.
     *
     * @param variables further variables of the template
     * @throws ApiError 400 if the policy has no chat template, or the template refuses the conversation or does not have a
     *     variable
     */
    int[] render(List<ChatTemplate.Message> messages, Map<String, Object> variables) {
        if (template == null) {
            throw ApiError.invalid("messages", withoutTemplate);
        }
        for (String variable : variables.keySet()) {
            if (!template.names(variable)) {
                throw ApiError.invalid(
                        "chat_template_kwargs",
                        "chat_template_kwargs has " + variable + ", which this model's chat template does not have");
            }
        }
        try {
            return tokenizer.encode(template.render(messages, true, variables));
        } catch (PolicyFolderException e) {
            throw ApiError.invalid("messages", String.valueOf(e.getMessage()));
        }
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    GenerationSettings generation() {
        return generation;
    }

    int positions() {
        return model.config().maxPositions();
    }

    int vocabulary() {
        return model.config().vocabularySize();
    }

    SamplerThread sampler() {
        return sampler;
    }

    ServedWeights weights() {
        return weights;
    }

    /** Returns the tokens that end an answer. */
    int[] stopIds() {
        return stopIds.clone();
    }

    /**
     * Returns log π(token | prefix) of every token but the first, at temperature 1.
     *
     * @param tokens int[P], at least two
     */
    float[] logProbs(int[] tokens) throws InterruptedException {
        return sampler.between(() -> PolicyLearner.logProbs(model, tokens));
    }

    @Override
    public void close() {
        sampler.close();
        model.close();
        tokenizer.close();
        folder.close();
    }
}
