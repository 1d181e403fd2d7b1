package dev.longstream.engines;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.folder.ModelConfig;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Refuses engines that cannot sample for a run, and names the option that they need. */
final class EngineChecks {
    private static final int UNAUTHORISED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int OK = 200;
    private static final int TOKENS = 4;
    /** Largest distance from 0 of the log-probability of a token that was the only one to draw. */
    private static final double CERTAIN = 1e-3;

    private final EngineClient client;
    private final EngineConfig config;

    EngineChecks(EngineClient client, EngineConfig config) {
        this.client = client;
        this.config = config;
    }

    /**
     * Checks routes and model of an engine, which may be paused.
     *
     * @param folder configuration of the run's policy
     * @param weightRoute asks a route for new weights, which fails with an {@link EngineException} where there is none
     * @param without what to do about an engine without this route
     * @return maximum number of tokens of a prompt and its answer
     * @throws UnusableInputException if the engine cannot sample for this run
     * @throws EngineException if it does not answer
     */
    int checkServer(ModelConfig folder, Runnable weightRoute, String without) {
        JsonNode models;
        try {
            weightRoute.run();
            models = client.models(); // vLLM asks for a key here, and not on the routes for whole weights
        } catch (EngineException e) {
            if (e.status() == UNAUTHORISED) {
                throw refused(
                        "wants an API key: rollouts.engine.api-key-variable must name the variable that holds it", e);
            }
            if (e.status() == NOT_FOUND || e.status() == FORBIDDEN) {
                throw refused("takes no new weights (" + e.getMessage() + "): " + without, e);
            }
            throw e;
        }
        List<String> names = new ArrayList<>();
        for (JsonNode model : models) {
            names.add(model.path("id").asText());
            if (model.path("id").asText().equals(config.model())) {
                checkShape(model.path("root").asText(), folder);
                return model.path("max_model_len").asInt(folder.maxPositions());
            }
        }
        throw refused("has no model " + config.model() + ", only " + names + ": correct rollouts.engine.model");
    }

    /** Compares the folder that the engine started with, where this process can read it. */
    private void checkShape(String root, ModelConfig folder) {
        if (root.isEmpty() || !Files.isDirectory(Path.of(root))) {
            return;
        }
        String found;
        try {
            ModelConfig started = ModelConfig.in(Path.of(root));
            if (shapes(started).equals(shapes(folder))) {
                return;
            }
            found = "weights of other names or shapes";
        } catch (PolicyFolderException e) {
            found = String.valueOf(e.getMessage());
        }
        throw refused("was started with " + root + ", which has " + found
                + ", and cannot load this run's weights: start it with the run's model folder");
    }

    private static List<String> shapes(ModelConfig config) {
        return config.tensors().stream()
                .map(tensor -> tensor.name() + Arrays.toString(tensor.shape()))
                .toList();
    }

    /**
     * Checks that a serving engine gives token ids, the labels of their weights, and the log-probabilities of the distribution
     * that they are drawn from: where one token alone may be drawn, its log-probability is 0, at any temperature.
     *
     * @param model model to ask
     * @throws UnusableInputException if it does not
     * @throws EngineException if it does not answer
     */
    void checkSampling(int[] prompt, String model) {
        EngineAnswer answer;
        try {
            answer = client.answer(client.onlyToken(model, prompt, TOKENS));
        } catch (EngineException e) {
            if (e.status() == NOT_FOUND || e.status() == FORBIDDEN) {
                throw refused(
                        "does not take and give token ids (" + e.getMessage() + "): "
                                + config.kind().toGiveTokens(),
                        e);
            }
            if (e.status() == OK) {
                throw refused("does not give what training needs: " + e.getMessage() + "; update the server", e);
            }
            throw e;
        }
        for (float logProb : answer.logProbs()) {
            if (!(Math.abs(logProb) <= CERTAIN)) {
                throw refused(
                        "gives log-probabilities of another distribution than it draws from: that of the only token to draw"
                                + " is " + logProb + ", expected 0; "
                                + config.kind().toGiveLogProbs());
            }
        }
    }

    /**
     * Checks whether an adapter was not loaded because the engine takes none.
     *
     * @throws UnusableInputException if so
     */
    void checkAdapters(EngineException failed) {
        if (String.valueOf(failed.getMessage()).contains("LoRA is not enabled")) {
            throw refused(
                    "takes no adapters (" + failed.getMessage() + "): "
                            + config.kind().toAcceptAdapters(),
                    failed);
        }
    }

    private UnusableInputException refused(String why) {
        return new UnusableInputException("The engine " + client.url() + " " + why);
    }

    private UnusableInputException refused(String why, EngineException cause) {
        return new UnusableInputException("The engine " + client.url() + " " + why, cause);
    }
}
