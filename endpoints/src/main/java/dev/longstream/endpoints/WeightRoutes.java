package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.http.HttpAnswer;
import dev.longstream.http.IncomingRequest;
import dev.longstream.http.RouteTable;

import java.nio.file.Path;

/** Routes by which a trainer's side gives a server other weights. Paths and bodies are vLLM's. */
final class WeightRoutes {
    private final ServedPolicy policy;

    WeightRoutes(ServedPolicy policy) {
        this.policy = policy;
    }

    void addTo(RouteTable table) {
        table.add("POST", "/pause", this::pause)
                .add("POST", "/resume", request -> resume())
                .add(
                        "GET",
                        "/is_paused",
                        request -> answer(
                                object().put("is_paused", policy.sampler().isPaused())))
                .add("POST", "/collective_rpc", this::call)
                .add("POST", "/update_weight_version", this::setLabel)
                .add(
                        "GET",
                        "/weight_info",
                        request -> answer(
                                object().put("weight_version", policy.weights().label())));
    }

    private HttpAnswer pause(IncomingRequest request) throws InterruptedException {
        String mode = request.query().getOrDefault("mode", "abort");
        if (!mode.equals("abort") && !mode.equals("keep")) {
            throw ApiError.invalid("mode", "mode is " + mode + ", expected abort or keep");
        }
        policy.sampler().pause(mode.equals("abort"));
        return answer(object().put("status", "paused"));
    }

    private HttpAnswer resume() {
        policy.weights().resume();
        return answer(object().put("status", "resumed"));
    }

    private HttpAnswer call(IncomingRequest request) throws InterruptedException {
        String method = request.body().path("method").asText();
        JsonNode path = request.body().path("kwargs").path("weights_path");
        if (!method.equals("reload_weights") || !path.isTextual()) {
            throw ApiError.invalid(
                    "method", "expected method reload_weights with kwargs {\"weights_path\": FOLDER}, not " + method);
        }
        policy.weights().load(Path.of(path.textValue()));
        ObjectNode reply = object();
        reply.putArray("results").addNull();
        return answer(reply);
    }

    private HttpAnswer setLabel(IncomingRequest request) {
        JsonNode label = request.body().path("new_version");
        if (!label.isTextual()) {
            throw ApiError.invalid("new_version", "new_version is " + label + ", expected a text");
        }
        policy.weights().setLabel(label.textValue());
        return answer(object().put("success", true).put("new_version", label.textValue()));
    }

    private static HttpAnswer answer(ObjectNode body) {
        return new HttpAnswer.JsonAnswer(body);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
