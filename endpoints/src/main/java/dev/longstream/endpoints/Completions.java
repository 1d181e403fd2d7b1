package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.http.ClientPresence;
import dev.longstream.http.HttpAnswer;
import dev.longstream.http.IncomingRequest;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Answers chat and text completions. May be used from several threads.
 *
 * <p>{@link FieldCatalogue} lists the fields that are obeyed. {@code prompt} is a text, token ids, or a list of either. {@code
 * logprobs} are those of the tokens that were drawn, not of others. A request ends at the sampler's next chunk when each of its
 * answers has a stop text or token, or when its client has gone.
 *
 * <p>A text completion reads its prompt with the tokenizer's special tokens around it, and its text continues the prompt's,
 * with the first blank. A chat's text is that of the answer alone, as a reward sees it.
 */
final class Completions {
    /** Default of {@code max_tokens} for chats. */
    private static final int USUAL_CHAT_TOKENS = 1024;
    /** Default of {@code max_tokens} for text completions, which is OpenAI's. */
    private static final int USUAL_TEXT_TOKENS = 16;

    private final ServedPolicy policy;
    private final ServingConfig config;
    private final InstantSource clock;
    private final RandomGenerator random;

    /**
     * Creates the endpoint.
     *
     * @param random draws request ids, and seeds for requests without one; must be thread-safe
     */
    Completions(ServedPolicy policy, ServingConfig config, InstantSource clock, RandomGenerator random) {
        this.policy = policy;
        this.config = config;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Answers a request to {@code /v1/chat/completions}.
     *
     * @throws ApiError if the request is invalid, or too many prompts are in progress
     */
    HttpAnswer chat(IncomingRequest incoming) throws InterruptedException {
        RequestFields fields = RequestFields.of(incoming.body(), FieldCatalogue.CHAT);
        checkModel(fields);
        boolean logProbs = fields.flag("logprobs");
        int[] prompt = policy.render(ChatMessages.of(fields), ChatMessages.variables(fields));
        CompletionRequest request = CompletionRequest.of(
                fields,
                policy,
                List.of(prompt),
                "messages",
                false,
                USUAL_CHAT_TOKENS,
                config.limits().maxRows(),
                logProbs);
        return answer(fields, request, AnswerFormat.CHAT, incoming.client());
    }

    /**
     * Answers a request to {@code /v1/completions}.
     *
     * @throws ApiError if the request is invalid, or too many prompts are in progress
     */
    HttpAnswer text(IncomingRequest incoming) throws InterruptedException {
        RequestFields fields = RequestFields.of(incoming.body(), FieldCatalogue.TEXT);
        checkModel(fields);
        boolean logProbs = fields.has("logprobs");
        if (logProbs && fields.whole("logprobs", 0, 0) > 0) {
            throw fields.wrong(
                    "logprobs", "expected 0: those of the tokens that were drawn; others' are not supported");
        }
        CompletionRequest request = CompletionRequest.of(
                fields,
                policy,
                prompts(fields),
                "prompt",
                true,
                USUAL_TEXT_TOKENS,
                config.limits().maxRows(),
                logProbs);
        return answer(fields, request, AnswerFormat.TEXT, incoming.client());
    }

    private HttpAnswer answer(
            RequestFields fields, CompletionRequest request, AnswerFormat format, ClientPresence client)
            throws InterruptedException {
        boolean streamed = fields.flag("stream");
        boolean includeUsage = includeUsage(fields, streamed);
        PendingAnswers pending = PendingAnswers.submit(
                policy,
                request,
                Long.toHexString(random.nextLong()),
                request.seed().orElseGet(random::nextLong),
                streamed,
                clock,
                config.patience());
        if (!streamed) {
            return new HttpAnswer.JsonAnswer(
                    whole(request, format, pending.await(PendingAnswers.Listener.NONE, client)));
        }
        return new HttpAnswer.Events(events -> {
            AnswerStream stream = new AnswerStream(
                    events, format, head(format.idPrefix, format.chunkObject), request.logProbs(), includeUsage);
            ObjectNode usage = usage(request, pending.await(stream, client));
            stream.end(usage);
            return JsonNodeFactory.instance.objectNode().set("usage", usage);
        });
    }

    private static boolean includeUsage(RequestFields fields, boolean streamed) {
        if (!fields.has("stream_options")) {
            return false;
        }
        JsonNode options = fields.node("stream_options");
        JsonNode wanted = options.path("include_usage");
        boolean others = options.properties().stream()
                .anyMatch(option -> !option.getKey().equals("include_usage")
                        && option.getValue().asBoolean(true)
                        && !option.getValue().isNull());
        if (!streamed || !options.isObject() || others || !(wanted.isMissingNode() || wanted.isBoolean())) {
            throw fields.wrong("stream_options", "expected {\"include_usage\": true or false}, with stream true");
        }
        return wanted.asBoolean(false);
    }

    private ObjectNode whole(CompletionRequest request, AnswerFormat format, List<Choice> all) {
        ObjectNode reply = head(format.idPrefix, format.object);
        ArrayNode choices = reply.putArray("choices");
        for (int i = 0; i < all.size(); i++) {
            ObjectNode one = choices.addObject().put("index", i);
            format.putWhole(one, all.get(i), request.logProbs());
            one.put("finish_reason", all.get(i).finish());
        }
        reply.set("usage", usage(request, all));
        return reply;
    }

    private void checkModel(RequestFields fields) {
        JsonNode model = fields.node("model");
        if (!model.isMissingNode() && !model.isTextual()) {
            throw fields.wrong("model", "expected a text");
        }
        if (model.isTextual() && !model.textValue().equals(config.name())) {
            throw ApiError.noSuchModel(model.textValue(), config.name());
        }
    }

    private List<int[]> prompts(RequestFields fields) {
        JsonNode prompt = fields.node("prompt");
        boolean several =
                prompt.isArray() && !prompt.isEmpty() && !prompt.get(0).isNumber();
        boolean specials = !fields.has("add_special_tokens") || fields.flag("add_special_tokens");
        List<int[]> prompts = new ArrayList<>();
        if (several) {
            prompt.forEach(one -> prompts.add(tokens(one, specials)));
        } else {
            prompts.add(tokens(prompt, specials));
        }
        return prompts;
    }

    private int[] tokens(JsonNode prompt, boolean specials) {
        if (prompt.isTextual()) {
            String text = prompt.textValue();
            return specials
                    ? policy.tokenizer().encodeWithSpecials(text)
                    : policy.tokenizer().encode(text);
        }
        int[] tokens = new int[prompt.size()];
        for (int i = 0; i < tokens.length; i++) {
            JsonNode token = prompt.get(i);
            if (!RequestFields.isToken(token, policy.vocabulary())) {
                throw ApiError.invalid(
                        "prompt",
                        "prompt has " + token + " among its tokens, the vocabulary is 0 to "
                                + (policy.vocabulary() - 1));
            }
            tokens[i] = token.intValue();
        }
        if (!prompt.isArray()) {
            throw ApiError.invalid("prompt", "prompt is missing, expected a text, token ids, or a list of either");
        }
        return tokens;
    }

    private ObjectNode head(String idPrefix, String object) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", idPrefix + Long.toHexString(random.nextLong()))
                .put("object", object)
                .put("created", clock.instant().getEpochSecond())
                .put("model", config.name());
    }

    private static ObjectNode usage(CompletionRequest request, List<Choice> choices) {
        int prompt =
                request.prompts().stream().mapToInt(tokens -> tokens.length).sum();
        int completion = choices.stream().mapToInt(Choice::sampled).sum();
        return JsonNodeFactory.instance
                .objectNode()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", completion)
                .put("total_tokens", prompt + completion);
    }
}
