package dev.longstream.engines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.sampling.SamplingParameters;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Wire formats of vLLM and {@code longstream serve}: routes for token ids, for a pause and for new weights. */
final class VllmClient implements EngineClient {
    private static final String GENERATE = "/inference/v1/generate";
    private static final String LOAD_ADAPTER = "/v1/load_lora_adapter";
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final Duration CONTROL = Duration.ofSeconds(60);

    private final EngineHttp http;
    private final Duration limit;

    VllmClient(EngineHttp http, Duration limit) {
        this.http = http;
        this.limit = limit;
    }

    @Override
    public URI url() {
        return http.base();
    }

    @Override
    public String label() {
        return http.get("/weight_info", CONTROL).path("weight_version").asText();
    }

    @Override
    public boolean isPaused() {
        return http.get("/is_paused", CONTROL).path("is_paused").asBoolean();
    }

    @Override
    public JsonNode models() {
        return http.get("/v1/models", CONTROL).path("data");
    }

    @Override
    public void pause(boolean keep) {
        http.post("/pause?mode=" + (keep ? "keep" : "abort"), object(), CONTROL);
    }

    @Override
    public void resume() {
        http.post("/resume", object(), CONTROL);
    }

    @Override
    public void load(Path folder, String label) {
        ObjectNode call = object().put("method", "reload_weights");
        call.putObject("kwargs").put("weights_path", folder.toString());
        http.post("/collective_rpc", call, limit);
        http.post("/update_weight_version", object().put("new_version", label), CONTROL);
    }

    /** Asks whether there is a route for adapters; fails with an {@link EngineException} where there is none. */
    void checkAdapterRoute() {
        try {
            http.get(LOAD_ADAPTER, CONTROL);
        } catch (EngineException e) {
            if (e.status() != METHOD_NOT_ALLOWED) { // there is one, which must be posted to
                throw e;
            }
        }
    }

    /** Loads an adapter from its folder, which the engine reads under the same path, beside those that it has. */
    void loadAdapter(String name, Path folder) {
        ObjectNode call = object().put("lora_name", name)
                .put("lora_path", folder.toAbsolutePath().toString());
        http.command(LOAD_ADAPTER, call, limit);
    }

    /** Unloads an adapter. Answers under way end with it. */
    void unloadAdapter(String name) {
        http.command("/v1/unload_lora_adapter", object().put("lora_name", name), CONTROL);
    }

    @Override
    public EngineHttp.PendingReply ask(EngineRequest request) {
        return http.postLater(GENERATE, body(request), limit);
    }

    @Override
    public EngineAnswer answer(EngineRequest request) {
        return read(http.post(GENERATE, body(request), limit));
    }

    @Override
    public EngineRequest onlyToken(String model, int[] prompt, int tokens) {
        return new EngineRequest(model, prompt, new SamplingParameters(2, 1, 1, tokens), 1, new int[0]);
    }

    @Override
    public float[] promptLogProbs(String model, int[] tokens) {
        EngineRequest request = new EngineRequest(model, tokens, new SamplingParameters(1, 1, 0, 1), 0, new int[0]);
        ObjectNode body = body(request);
        ((ObjectNode) body.path("sampling_params")).put("prompt_logprobs", 0);
        JsonNode given = http.post(GENERATE, body, limit).path("prompt_logprobs");
        if (given.size() != tokens.length) {
            throw new EngineException(
                    200, GENERATE + ": prompt_logprobs has " + given.size() + " entries, expected " + tokens.length);
        }
        float[] logProbs = new float[tokens.length - 1];
        for (int i = 1; i < tokens.length; i++) {
            JsonNode logProb = given.get(i).path(Integer.toString(tokens[i])).path("logprob");
            if (!logProb.isNumber()) {
                throw new EngineException(200, GENERATE + ": prompt_logprobs lacks token " + tokens[i] + " at " + i);
            }
            logProbs[i - 1] = logProb.floatValue();
        }
        return logProbs;
    }

    private ObjectNode body(EngineRequest request) {
        ObjectNode body = object().put("model", request.model());
        body.set("token_ids", array(request.prompt()));
        SamplingParameters draw = request.parameters();
        // Everything is said, because a folder's generation_config.json may say otherwise.
        body.putObject("sampling_params")
                .put("n", 1)
                .put("temperature", draw.temperature())
                .put("top_p", draw.topP())
                .put("top_k", draw.topK())
                .put("min_p", 0)
                .put("presence_penalty", 0)
                .put("frequency_penalty", 0)
                .put("repetition_penalty", 1)
                .put("seed", request.seed())
                .put("max_tokens", draw.maxTokens())
                .put("min_tokens", 0)
                .put("ignore_eos", true)
                .put("logprobs", 0)
                .set("stop_token_ids", array(request.stopIds()));
        return body;
    }

    @Override
    public EngineAnswer read(JsonNode reply) {
        JsonNode choice = reply.path("choices").path(0);
        JsonNode ids = choice.path("token_ids");
        if (!ids.isArray()) {
            throw new EngineException(200, GENERATE + ": the reply has no token_ids");
        }
        String finish = choice.path("finish_reason").asText();
        int[] tokens = new int[ids.size()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = ids.get(i).asInt(-1);
        }
        return new EngineAnswer(
                tokens,
                logProbs(choice, tokens),
                finish,
                EngineAnswer.versions(choice.path("weight_versions"), tokens.length, GENERATE));
    }

    private static float[] logProbs(JsonNode choice, int[] tokens) {
        JsonNode content = choice.path("logprobs").path("content");
        if (content.size() != tokens.length) {
            throw new EngineException(
                    200,
                    GENERATE + ": the reply has " + tokens.length + " tokens and " + content.size()
                            + " log-probabilities");
        }
        float[] logProbs = new float[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            JsonNode logProb = content.get(i).path("logprob");
            if (!logProb.isNumber() || content.get(i).path("token_id").asInt(-1) != tokens[i]) {
                throw new EngineException(200, GENERATE + ": token " + i + " of the reply has no log-probability");
            }
            logProbs[i] = logProb.floatValue();
        }
        return logProbs;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ArrayNode array(int[] values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(values.length);
        for (int value : values) {
            array.add(value);
        }
        return array;
    }
}
