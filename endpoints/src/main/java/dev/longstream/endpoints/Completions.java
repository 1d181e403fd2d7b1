package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.http.HttpAnswer;
import dev.longstream.policy.folder.ChatTemplate.Message;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Answers chat and text completions. May be used from several threads.
 *
 * <p>Obeyed: {@code messages} or {@code prompt} (a text, token ids, or a list of either), {@code max_tokens}, {@code
 * max_completion_tokens}, {@code temperature}, {@code top_p}, {@code top_k}, {@code n}, {@code stop}, {@code seed}, {@code
 * logprobs} (of the tokens that were drawn, not of others), {@code skip_special_tokens}, {@code stream} and {@code
 * stream_options.include_usage}. A request whose answers all hold a stop text ends at the sampler's next chunk.
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
    HttpAnswer chat(RequestFields fields) throws InterruptedException {
        checkModel(fields);
        boolean logProbs = fields.flag("logprobs");
        int[] prompt = policy.render(messages(fields));
        CompletionRequest request = CompletionRequest.of(
                fields,
                policy,
                List.of(prompt),
                "messages",
                USUAL_CHAT_TOKENS,
                config.limits().maxRows(),
                logProbs);
        return answer(fields, request, AnswerFormat.CHAT);
    }

    /**
     * Answers a request to {@code /v1/completions}.
     *
     * @throws ApiError if the request is invalid, or too many prompts are in progress
     */
    HttpAnswer text(RequestFields fields) throws InterruptedException {
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
                USUAL_TEXT_TOKENS,
                config.limits().maxRows(),
                logProbs);
        return answer(fields, request, AnswerFormat.TEXT);
    }

    private HttpAnswer answer(RequestFields fields, CompletionRequest request, AnswerFormat format)
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
            return new HttpAnswer.JsonAnswer(whole(request, format, pending.await(PendingAnswers.Listener.NONE)));
        }
        return new HttpAnswer.Events(events -> {
            AnswerStream stream = new AnswerStream(
                    events,
                    format,
                    head(format.idPrefix, format.chunkObject),
                    policy.tokenizer(),
                    request.logProbs(),
                    includeUsage);
            ObjectNode usage = usage(request, pending.await(stream));
            stream.end(usage);
            return JsonNodeFactory.instance.objectNode().set("usage", usage);
        });
    }

    private static boolean includeUsage(RequestFields fields, boolean streamed) {
        if (!fields.has("stream_options")) {
            return false;
        }
        JsonNode wanted = fields.node("stream_options").path("include_usage");
        if (!streamed || !fields.node("stream_options").isObject() || !(wanted.isMissingNode() || wanted.isBoolean())) {
            throw fields.wrong("stream_options", "expected {\"include_usage\": true or false}, with stream true");
        }
        return wanted.asBoolean(false);
    }

    private ObjectNode whole(CompletionRequest request, AnswerFormat format, List<Choice> all) {
        ObjectNode reply = head(format.idPrefix, format.object);
        ArrayNode choices = reply.putArray("choices");
        for (int i = 0; i < all.size(); i++) {
            ObjectNode one = choices.addObject().put("index", i);
            format.putWhole(one, all.get(i), request.logProbs(), policy.tokenizer());
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

    private static List<Message> messages(RequestFields fields) {
        JsonNode messages = fields.node("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw ApiError.invalid("messages", "messages is missing or empty, expected a list of {role, content}");
        }
        List<Message> read = new ArrayList<>();
        for (JsonNode message : messages) {
            String at = "messages[" + read.size() + "]";
            if (!message.path("role").isTextual()) {
                throw ApiError.invalid(at + ".role", at + ".role is missing, expected a text such as user");
            }
            read.add(new Message(message.path("role").textValue(), content(message.path("content"), at + ".content")));
        }
        return read;
    }

    private static String content(JsonNode content, String at) {
        if (content.isTextual()) {
            return content.textValue();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
                throw ApiError.invalid(at, at + " has a part that is no text; other kinds are not supported");
            }
            text.append(part.path("text").textValue());
        }
        if (!content.isArray()) {
            throw ApiError.invalid(at, at + " is missing, expected a text or a list of text parts");
        }
        return text.toString();
    }

    private List<int[]> prompts(RequestFields fields) {
        JsonNode prompt = fields.node("prompt");
        boolean several =
                prompt.isArray() && !prompt.isEmpty() && !prompt.get(0).isNumber();
        List<int[]> prompts = new ArrayList<>();
        if (several) {
            prompt.forEach(one -> prompts.add(tokens(one)));
        } else {
            prompts.add(tokens(prompt));
        }
        return prompts;
    }

    private int[] tokens(JsonNode prompt) {
        if (prompt.isTextual()) {
            return policy.tokenizer().encode(prompt.textValue());
        }
        int[] tokens = new int[prompt.size()];
        for (int i = 0; i < tokens.length; i++) {
            JsonNode token = prompt.get(i);
            if (!token.isIntegralNumber() || token.intValue() < 0 || token.intValue() >= policy.vocabulary()) {
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
