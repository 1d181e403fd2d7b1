package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;

/** Which path does what. */
final class PolicyRoutes {
    private static final String CHAT = "/v1/chat/completions";
    private static final String TEXT = "/v1/completions";
    private static final String MODELS = "/v1/models";
    private static final String HEALTH = "/health";

    static final List<String> PATHS = List.of(CHAT, TEXT, MODELS, HEALTH);

    private final Completions completions;
    private final ServedPolicy policy;
    private final String name;
    private final long startedSeconds;

    PolicyRoutes(Completions completions, ServedPolicy policy, String name, long startedSeconds) {
        this.completions = completions;
        this.policy = policy;
        this.name = name;
        this.startedSeconds = startedSeconds;
    }

    /** @throws ApiError with the status of what is wrong */
    JsonNode answer(String method, String path, byte[] body) throws InterruptedException {
        return switch (path) {
            case CHAT -> {
                require(method, "POST", path);
                yield completions.chat(RequestFields.of(body));
            }
            case TEXT -> {
                require(method, "POST", path);
                yield completions.text(RequestFields.of(body));
            }
            case MODELS -> {
                require(method, "GET", path);
                ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
                list.putArray("data").add(model());
                yield list;
            }
            case HEALTH -> {
                require(method, "GET", path);
                policy.sampler().failure().ifPresent(cause -> {
                    throw ApiError.unavailable("the sampler has failed: " + cause);
                });
                yield JsonNodeFactory.instance.objectNode().put("status", "ok").put("model", name);
            }
            default -> {
                if (!path.equals(MODELS + "/" + name)) {
                    throw ApiError.noSuchPath(path);
                }
                require(method, "GET", path);
                yield model();
            }
        };
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

    private static void require(String method, String expected, String path) {
        if (!method.equals(expected)) {
            throw ApiError.wrongMethod(method, path, expected);
        }
    }
}
