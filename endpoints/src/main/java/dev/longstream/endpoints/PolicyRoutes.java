package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.http.HttpAnswer;
import dev.longstream.http.IncomingRequest;
import dev.longstream.http.RouteTable;

/** Maps the paths of OpenAI's interface to their handlers. */
final class PolicyRoutes {
    private static final String MODELS = "/v1/models";
    private static final int NAME_IN_MODEL_PATH = 2;

    private final Completions completions;
    private final TokenAnswers tokens;
    private final ServedPolicy policy;
    private final String name;
    private final long startedSeconds;

    PolicyRoutes(Completions completions, TokenAnswers tokens, ServedPolicy policy, String name, long startedSeconds) {
        this.completions = completions;
        this.tokens = tokens;
        this.policy = policy;
        this.name = name;
        this.startedSeconds = startedSeconds;
    }

    RouteTable table() {
        return new RouteTable()
                .add("POST", "/v1/chat/completions", request -> completions.chat(request))
                .add("POST", "/v1/completions", request -> completions.text(request))
                .add("POST", "/inference/v1/generate", tokens::generate)
                .add("GET", MODELS, request -> models())
                .add("GET", MODELS + "/*", this::model)
                .add("GET", "/health", request -> health());
    }

    private HttpAnswer models() {
        ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
        list.putArray("data").add(model());
        return new HttpAnswer.JsonAnswer(list);
    }

    private HttpAnswer model(IncomingRequest request) {
        String asked = request.path().get(NAME_IN_MODEL_PATH);
        if (!asked.equals(name)) {
            throw ApiError.noSuchModel(asked, name);
        }
        return new HttpAnswer.JsonAnswer(model());
    }

    private HttpAnswer health() {
        policy.sampler().failure().ifPresent(cause -> {
            throw ApiError.unavailable("the sampler has failed: " + cause);
        });
        return new HttpAnswer.JsonAnswer(
                JsonNodeFactory.instance.objectNode().put("status", "ok").put("model", name));
    }

    private ObjectNode model() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", name)
                .put("object", "model")
                .put("created", startedSeconds)
                .put("owned_by", "longstream")
                .put("max_model_len", policy.positions());
    }
}
