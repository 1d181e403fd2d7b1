package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fields of each endpoint's requests: those that are obeyed, and those that are accepted only with the value that changes
 * nothing. Any other field is refused by name, so that no request is answered as if a part of it were not there.
 */
enum FieldCatalogue {
    /** {@code /v1/chat/completions}. */
    CHAT("messages", "chat_template_kwargs"),
    /** {@code /v1/completions}. */
    TEXT("prompt", "best_of", "add_special_tokens");

    private static final Set<String> OBEYED_BY_BOTH = Set.of(
            "model",
            "max_tokens",
            "max_completion_tokens",
            "temperature",
            "top_p",
            "top_k",
            "n",
            "stop",
            "stop_token_ids",
            "ignore_eos",
            "seed",
            "logprobs",
            "skip_special_tokens",
            "stream",
            "stream_options");

    /** Fields that describe the request to its sender and do not concern the answer. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "user",
            "metadata",
            "request_id",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "parallel_tool_calls"); // without tools there are no calls

    /** Unsupported fields, each with the values in JSON that ask for what happens anyway. */
    private static final Map<String, List<String>> NEUTRAL = Map.ofEntries(
            Map.entry("echo", List.of("false")),
            Map.entry("frequency_penalty", List.of("0")),
            Map.entry("presence_penalty", List.of("0")),
            Map.entry("repetition_penalty", List.of("1")),
            Map.entry("length_penalty", List.of("1")),
            Map.entry("n", List.of("1")),
            Map.entry("min_p", List.of("0")),
            Map.entry("min_tokens", List.of("0")),
            Map.entry("top_logprobs", List.of("0")),
            Map.entry("best_of", List.of("1")),
            Map.entry("priority", List.of("0")),
            Map.entry("logit_bias", List.of("{}")),
            Map.entry("tools", List.of("[]")),
            Map.entry("functions", List.of("[]")),
            Map.entry("documents", List.of("[]")),
            Map.entry("bad_words", List.of("[]")),
            Map.entry("tool_choice", List.of("\"none\"", "\"auto\"")),
            Map.entry("function_call", List.of("\"none\"", "\"auto\"")),
            Map.entry("response_format", List.of("{\"type\":\"text\"}")),
            Map.entry("modalities", List.of("[\"text\"]")),
            Map.entry("verbosity", List.of("\"medium\"")),
            Map.entry("service_tier", List.of("\"auto\"", "\"default\"")),
            Map.entry("suffix", List.of("\"\"")),
            Map.entry("store", List.of("false")),
            Map.entry("use_beam_search", List.of("false")),
            Map.entry("early_stopping", List.of("false")),
            Map.entry("include_stop_str_in_output", List.of("false")),
            Map.entry("spaces_between_special_tokens", List.of("true")),
            Map.entry("add_special_tokens", List.of("false")),
            Map.entry("add_generation_prompt", List.of("true")),
            Map.entry("continue_final_message", List.of("false")),
            Map.entry("return_token_ids", List.of("false")),
            Map.entry("return_tokens_as_token_ids", List.of("false")));

    /** Parameters of {@code /inference/v1/generate} that are accepted with the value that changes nothing. */
    static final List<String> NEUTRAL_PARAMETERS =
            List.of("n", "min_p", "presence_penalty", "frequency_penalty", "repetition_penalty", "min_tokens");

    private final String own;

    FieldCatalogue(String... own) {
        this.own = String.join(" ", own);
    }

    /**
     * Checks that each field of a request is obeyed or asks for nothing.
     *
     * @throws ApiError 400 naming the first field that is neither
     */
    void check(RequestFields fields) {
        Set<String> obeyed = new TreeSet<>(OBEYED_BY_BOTH);
        obeyed.addAll(Arrays.asList(own.split(" ")));
        for (String name : fields.names()) {
            if (obeyed.contains(name) || WITHOUT_EFFECT.contains(name)) {
                continue;
            }
            checkNeutral(fields, name, NEUTRAL.get(name), obeyed);
        }
    }

    /**
     * Checks that each field is obeyed or asks for nothing.
     *
     * @param obeyed names of the fields that may have any value
     * @param accepted names of fields that may have the value that changes nothing
     * @throws ApiError 400 naming the first field that is neither
     */
    static void check(RequestFields fields, Set<String> obeyed, List<String> accepted) {
        for (String name : fields.names()) {
            if (!obeyed.contains(name)) {
                checkNeutral(fields, name, accepted.contains(name) ? NEUTRAL.get(name) : null, new TreeSet<>(obeyed));
            }
        }
    }

    private static void checkNeutral(
            RequestFields fields, String name, @Nullable List<String> neutral, Set<String> obeyed) {
        if (neutral == null) {
            throw fields.wrong(name, "not supported; this endpoint obeys " + String.join(", ", obeyed));
        }
        if (neutral.stream().noneMatch(value -> says(fields.node(name), value))) {
            throw fields.wrong(name, "not supported, expected " + String.join(" or ", neutral) + " or nothing");
        }
    }

    private static boolean says(JsonNode node, String value) {
        return node.isNumber()
                ? node.asText().replaceFirst("\\.0+$", "").equals(value)
                : node.toString().equals(value);
    }
}
