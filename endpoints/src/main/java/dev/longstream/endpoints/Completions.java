package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.folder.ChatTemplate.Message;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.SamplingRequest;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * Chat and text completions: a body in, a body out. May be used from several threads.
 *
 * <p>Obeyed: {@code messages} or {@code prompt} (a text, token ids, or a list of either), {@code max_tokens}, {@code
 * max_completion_tokens}, {@code temperature}, {@code top_p}, {@code top_k}, {@code n}, {@code stop}, {@code seed}, {@code
 * logprobs} (of the tokens that were drawn, not of others) and {@code skip_special_tokens}. A stop text is looked for when an
 * answer is finished, so it shortens answers and not the work.
 */
final class Completions {
    /** Length limit of a chat's answer that asks for none. */
    private static final int USUAL_CHAT_TOKENS = 1024;
    /** OpenAI's own default of text completions. */
    private static final int USUAL_TEXT_TOKENS = 16;

    private final ServedPolicy policy;
    private final ServingConfig config;
    private final InstantSource clock;
    private final RandomGenerator random;

    /** @param random names requests, and draws seeds where they bring none; must allow several threads */
    Completions(ServedPolicy policy, ServingConfig config, InstantSource clock, RandomGenerator random) {
        this.policy = policy;
        this.config = config;
        this.clock = clock;
        this.random = random;
    }

    JsonNode chat(RequestFields fields) throws InterruptedException {
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
        ObjectNode reply = reply("chatcmpl-", "chat.completion");
        ArrayNode choices = reply.putArray("choices");
        List<Choice> all = choices(request);
        for (int i = 0; i < all.size(); i++) {
            Choice choice = all.get(i);
            ObjectNode one = choices.addObject().put("index", i);
            one.putObject("message").put("role", "assistant").put("content", choice.text());
            one.put("finish_reason", choice.finish());
            if (logProbs) {
                putChatLogProbs(one.putObject("logprobs").putArray("content"), choice);
            } else {
                one.putNull("logprobs");
            }
        }
        return withUsage(reply, request, all);
    }

    JsonNode text(RequestFields fields) throws InterruptedException {
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
        ObjectNode reply = reply("cmpl-", "text_completion");
        ArrayNode choices = reply.putArray("choices");
        List<Choice> all = choices(request);
        for (int i = 0; i < all.size(); i++) {
            Choice choice = all.get(i);
            ObjectNode one = choices.addObject()
                    .put("index", i)
                    .put("text", choice.text())
                    .put("finish_reason", choice.finish());
            if (logProbs) {
                putTextLogProbs(one.putObject("logprobs"), choice);
            } else {
                one.putNull("logprobs");
            }
        }
        return withUsage(reply, request, all);
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

    /** Of all prompts, in order; those of one follow one another. */
    private List<Choice> choices(CompletionRequest request) throws InterruptedException {
        List<SamplingRequest> asked = new ArrayList<>();
        String name = Long.toHexString(random.nextLong());
        long seed = request.seed().orElseGet(random::nextLong);
        for (int[] prompt : request.prompts()) {
            asked.add(new SamplingRequest(name + "-" + asked.size(), prompt, request.samples(), request.draw(), seed));
        }
        List<CompletableFuture<List<Sample>>> answers = policy.sampler().submit(asked);
        try {
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .get(config.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw ApiError.unavailable("no answer within " + config.patience().toSeconds() + " s");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ApiError error ? error : ApiError.failed(String.valueOf(e.getCause()));
        } finally {
            answers.forEach(answer -> answer.cancel(false)); // nobody waits for what is not there yet
        }
        return answers.stream()
                .flatMap(answer -> answer.join().stream())
                .map(sample -> Choice.of(sample, request.stops(), policy.tokenizer(), request.keepSpecials()))
                .toList();
    }

    private ObjectNode reply(String prefix, String object) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", prefix + Long.toHexString(random.nextLong()))
                .put("object", object)
                .put("created", clock.instant().getEpochSecond())
                .put("model", config.name());
    }

    private static JsonNode withUsage(ObjectNode reply, CompletionRequest request, List<Choice> choices) {
        int prompt =
                request.prompts().stream().mapToInt(tokens -> tokens.length).sum();
        int completion = choices.stream().mapToInt(Choice::sampled).sum();
        reply.putObject("usage")
                .put("prompt_tokens", prompt)
                .put("completion_tokens", completion)
                .put("total_tokens", prompt + completion);
        return reply;
    }

    private void putChatLogProbs(ArrayNode content, Choice choice) {
        for (int i = 0; i < choice.tokens().length; i++) {
            ObjectNode token = content.addObject().put("token", word(choice.tokens()[i]));
            token.put("logprob", choice.logProbs()[i]).putNull("bytes").putArray("top_logprobs");
        }
    }

    private void putTextLogProbs(ObjectNode logProbs, Choice choice) {
        ArrayNode tokens = logProbs.putArray("tokens");
        ArrayNode values = logProbs.putArray("token_logprobs");
        for (int i = 0; i < choice.tokens().length; i++) {
            tokens.add(word(choice.tokens()[i]));
            values.add(choice.logProbs()[i]);
        }
        logProbs.putNull("top_logprobs");
    }

    private String word(int token) {
        return policy.tokenizer().decode(new int[] {token}, true);
    }
}
