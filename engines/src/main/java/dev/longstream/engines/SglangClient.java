package dev.longstream.engines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.sampling.SamplingParameters;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Wire formats of SGLang. It reports log-probabilities after temperature and before top-p and top-k, and takes a seed only with
 * {@code --enable-deterministic-inference}. Besides the tokens of a request, its own end of text ends an answer.
 */
final class SglangClient implements EngineClient {
    private static final String GENERATE = "/generate";
    private static final Duration CONTROL = Duration.ofSeconds(60);
    /** Temperature at which the likeliest token is the only one to draw, if it is ahead by a hundredth of a nat. */
    private static final double COLD = 1e-3;

    private static final int ALL = -1;
    private static final long SEEDS = 1L << 31;

    private final EngineHttp http;
    private final Duration limit;

    SglangClient(EngineHttp http, Duration limit) {
        this.http = http;
        this.limit = limit;
    }

    @Override
    public URI url() {
        return http.base();
    }

    @Override
    public String label() {
        return http.get("/model_info", CONTROL).path("weight_version").asText();
    }

    /** Returns false: SGLang does not say so. A worker that begins anew loads its version and resumes in any case. */
    @Override
    public boolean isPaused() {
        return false;
    }

    @Override
    public JsonNode models() {
        return http.get("/v1/models", CONTROL).path("data");
    }

    /** Stops decoding; answers that go on lose their keys and values, which are computed again with the new weights. */
    @Override
    public void pause(boolean keep) {
        http.command("/pause_generation", object().put("mode", keep ? "retract" : "abort"), CONTROL);
    }

    @Override
    public void load(Path folder, String label) {
        String route = "/update_weights_from_disk";
        ObjectNode call = object().put("model_path", folder.toString())
                .put("weight_version", label)
                .put("flush_cache", true);
        JsonNode reply = http.post(route, call, limit);
        if (!reply.path("success").asBoolean()) {
            throw new EngineException(200, route + ": " + reply.path("message").asText("no success"));
        }
    }

    @Override
    public void resume() {
        http.command("/continue_generation", object(), CONTROL);
    }

    @Override
    public EngineHttp.PendingReply ask(EngineRequest request) {
        return http.postLater(GENERATE, body(request, ALL), limit);
    }

    @Override
    public EngineAnswer answer(EngineRequest request) {
        return read(http.post(GENERATE, body(request, ALL), limit));
    }

    private static ObjectNode body(EngineRequest request, int logProbsFrom) {
        ObjectNode body = object().put("return_logprob", true).put("logprob_start_len", logProbsFrom);
        body.set("input_ids", array(request.prompt()));
        SamplingParameters draw = request.parameters();
        // Everything is said, because a folder's generation_config.json may say otherwise.
        body.putObject("sampling_params")
                .put("n", 1)
                .put("temperature", draw.temperature())
                .put("top_p", draw.topP())
                .put("top_k", draw.topK() == 0 ? ALL : draw.topK())
                .put("min_p", 0)
                .put("presence_penalty", 0)
                .put("frequency_penalty", 0)
                .put("repetition_penalty", 1)
                .put("sampling_seed", request.seed() % SEEDS)
                .put("max_new_tokens", draw.maxTokens())
                .put("min_new_tokens", 0)
                .put("ignore_eos", request.stopIds().length == 0) // it would ignore stop_token_ids, too
                .set("stop_token_ids", array(request.stopIds()));
        return body;
    }

    @Override
    public EngineAnswer read(JsonNode reply) {
        JsonNode meta = reply.path("meta_info");
        JsonNode given = meta.path("output_token_logprobs");
        if (!given.isArray()) {
            throw new EngineException(200, GENERATE + ": the reply has no output_token_logprobs");
        }
        int[] tokens = new int[given.size()];
        float[] logProbs = new float[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = given.get(i).path(1).asInt(-1);
            logProbs[i] = logProb(given.get(i));
        }
        JsonNode ids = reply.path("output_ids");
        if (ids.isArray() && ids.size() != tokens.length) {
            throw new EngineException(
                    200,
                    GENERATE + ": the reply has " + ids.size() + " tokens and " + tokens.length + " log-probabilities");
        }
        return new EngineAnswer(
                tokens,
                logProbs,
                meta.path("finish_reason").path("type").asText(),
                EngineAnswer.versions(meta.path("weight_versions"), tokens.length, GENERATE));
    }

    private static float logProb(JsonNode entry) {
        if (!entry.path(0).isNumber()) {
            throw new EngineException(200, GENERATE + ": a token has no log-probability: " + entry);
        }
        return entry.path(0).floatValue();
    }

    @Override
    public EngineRequest onlyToken(String model, int[] prompt, int tokens) {
        return new EngineRequest(model, prompt, new SamplingParameters(COLD, 1, 0, tokens), 1, new int[0]);
    }

    @Override
    public float[] promptLogProbs(String model, int[] tokens) {
        EngineRequest request = new EngineRequest(model, tokens, new SamplingParameters(1, 1, 0, 1), 0, new int[0]);
        JsonNode given =
                http.post(GENERATE, body(request, 0), limit).path("meta_info").path("input_token_logprobs");
        if (given.size() != tokens.length) {
            throw new EngineException(
                    200,
                    GENERATE + ": input_token_logprobs has " + given.size() + " entries, expected " + tokens.length);
        }
        float[] logProbs = new float[tokens.length - 1];
        for (int i = 1; i < tokens.length; i++) {
            logProbs[i - 1] = logProb(given.get(i));
        }
        return logProbs;
    }

    private static ArrayNode array(int[] values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (int value : values) {
            array.add(value);
        }
        return array;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
