package dev.longstream.engines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.testing.ScriptedServer;
import dev.longstream.testing.ScriptedServer.Reply;
import dev.longstream.testing.ScriptedServer.ScriptedRequest;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** An engine that answers each prompt with tokens 5 and 6, unless a test says otherwise, and notes what it was told. */
final class ScriptedEngine implements AutoCloseable {
    static final String GENERATE = "generate";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ScriptedServer server;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<Long> seeds = new CopyOnWriteArrayList<>();
    private volatile String label = "default";
    private volatile Function<Integer, Reply> onReload = attempt -> ok("{\"results\": [null]}");
    private volatile UnaryOperator<ObjectNode> choice = answer -> answer;
    private final Set<String> adapters = new ConcurrentSkipListSet<>();
    private volatile Reply onAdapter = Reply.raw(200, "Success: LoRA adapter added successfully.");
    private volatile boolean lacksWeightRoutes;
    private volatile boolean lacksTokens;
    private volatile boolean wantsKey;
    private volatile int reloads;

    ScriptedEngine() {
        this(0);
    }

    ScriptedEngine(int port) {
        server = new ScriptedServer(port)
                .on("/v1/models", request -> wantsKey ? Reply.raw(401, "{\"error\": \"Unauthorized\"}") : ok(models()))
                .on("/v1/load_lora_adapter", this::load)
                .on("/v1/unload_lora_adapter", this::unload)
                .on(
                        "/weight_info",
                        request -> lacksWeightRoutes
                                ? Reply.raw(404, "{\"detail\": \"Not Found\"}")
                                : ok("{\"weight_version\": \"" + label + "\"}"))
                .on("/is_paused", request -> ok("{\"is_paused\": false}"))
                .on("/pause", request -> called("pause", ok("{\"status\": \"paused\"}")))
                .on("/resume", request -> called("resume", ok("{\"status\": \"resumed\"}")))
                .on("/collective_rpc", request -> called("reload", onReload.apply(++reloads)))
                .on("/update_weight_version", request -> {
                    label = request.json().path("new_version").asText();
                    return called("label", ok("{\"success\": true}"));
                })
                .on("/inference/v1/generate", this::generate);
    }

    /** Lets reloads reply as a test says, by their number from 1. */
    ScriptedEngine reloading(Function<Integer, Reply> reply) {
        onReload = reply;
        return this;
    }

    /** Lets loads of adapters reply as a test says. */
    ScriptedEngine loadingAdapters(Reply reply) {
        onAdapter = reply;
        return this;
    }

    /** Returns the names of the adapters that it has. */
    Set<String> adapters() {
        return adapters;
    }

    /** Changes the answers to all but the client's own questions at its start. */
    ScriptedEngine answering(UnaryOperator<ObjectNode> change) {
        choice = change;
        return this;
    }

    ScriptedEngine withoutWeightRoutes() {
        lacksWeightRoutes = true;
        return this;
    }

    ScriptedEngine withoutTokens() {
        lacksTokens = true;
        return this;
    }

    /** Asks for a key that nobody has, and not on the routes for weights. */
    ScriptedEngine withKey() {
        wantsKey = true;
        return this;
    }

    String url() {
        return server.url("").toString();
    }

    int port() {
        return server.port();
    }

    /** Returns what was called, in order: pause, reload, label, resume, load, unload, generate. */
    List<String> calls() {
        return calls;
    }

    /** Returns the seeds of the questions that were asked for answers. */
    List<Long> seeds() {
        return seeds;
    }

    /** Forgets the label, as a restart does. */
    void forget() {
        label = "default";
    }

    private String models() {
        ObjectNode models = JSON.createObjectNode();
        ArrayNode data = models.putArray("data");
        data.addObject().put("id", "tiny").put("max_model_len", 512);
        adapters.forEach(adapter -> data.addObject().put("id", adapter).put("parent", "tiny"));
        return models.toString();
    }

    private Reply load(ScriptedRequest request) {
        if (lacksWeightRoutes) {
            return Reply.raw(404, "{\"detail\": \"Not Found\"}");
        }
        if (request.body().isEmpty()) {
            return Reply.raw(405, "{\"detail\": \"Method Not Allowed\"}");
        }
        if (onAdapter.status() == 200
                && !adapters.add(request.json().path("lora_name").asText())) {
            return Reply.raw(400, "{\"error\": {\"message\": \"has already been loaded\"}}");
        }
        return called("load", onAdapter);
    }

    private Reply unload(ScriptedRequest request) {
        boolean had = adapters.remove(request.json().path("lora_name").asText());
        return had ? called("unload", onAdapter) : Reply.raw(404, "{\"error\": {\"message\": \"cannot be found\"}}");
    }

    private Reply called(String name, Reply reply) {
        calls.add(name);
        return reply;
    }

    private Reply generate(ScriptedRequest request) {
        if (lacksTokens) {
            return Reply.raw(403, "{\"error\": {\"message\": \"not enabled\"}}");
        }
        String model = request.json().path("model").asText();
        if (!model.equals("tiny") && !adapters.contains(model)) {
            return Reply.raw(404, "{\"error\": {\"message\": \"The model does not exist.\"}}");
        }
        JsonNode parameters = request.json().path("sampling_params");
        boolean check = parameters.path("top_k").asInt() == 1;
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode one = answer.putArray("choices").addObject().put("finish_reason", "stop");
        one.putArray("token_ids").add(5).add(6);
        ArrayNode content = one.putObject("logprobs").putArray("content");
        content.addObject().put("token_id", 5).put("logprob", check ? 0 : -0.5);
        content.addObject().put("token_id", 6).put("logprob", check ? 0 : -1.5);
        one.putArray("weight_versions")
                .addObject()
                .put("version", label)
                .put("start", 0)
                .put("end", 2);
        if (parameters.has("prompt_logprobs")) {
            ArrayNode prompt = answer.putArray("prompt_logprobs").addNull();
            for (int i = 1; i < request.json().path("token_ids").size(); i++) {
                String token = request.json().path("token_ids").get(i).asText();
                prompt.addObject().putObject(token).put("logprob", -1);
            }
        } else if (!check) {
            calls.add(GENERATE);
            seeds.add(parameters.path("seed").asLong());
        }
        ObjectNode changed = choice.apply(one);
        return changed.has("status") ? Reply.raw(changed.path("status").asInt(), "{}") : ok(answer.toString());
    }

    private static Reply ok(String body) {
        return Reply.raw(200, body);
    }

    @Override
    public void close() {
        server.close();
    }
}
