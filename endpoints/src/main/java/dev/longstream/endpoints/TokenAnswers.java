package dev.longstream.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.http.HttpAnswer;
import dev.longstream.http.IncomingRequest;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.VersionTokens;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Answers one prompt of token ids with token ids ({@code /inference/v1/generate}, in vLLM's format): the log-probabilities of the
 * distribution that they were drawn from, and the label of the weights behind each token. May be used from several threads.
 */
final class TokenAnswers {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Set<String> FIELDS = Set.of("model", "request_id", "token_ids", "sampling_params");
    private static final Set<String> PARAMETERS = Set.of(
            "temperature",
            "top_p",
            "top_k",
            "seed",
            "max_tokens",
            "ignore_eos",
            "stop_token_ids",
            "logprobs",
            "prompt_logprobs");
    private static final double MAX_TEMPERATURE = 100;
    private static final int USUAL_TOKENS = 16;

    private final ServedPolicy policy;
    private final ServingConfig config;
    private final InstantSource clock;
    private final RandomGenerator random;

    /**
     * Creates the endpoint.
     *
     * @param random draws request ids, and seeds for requests without one; must be thread-safe
     */
    TokenAnswers(ServedPolicy policy, ServingConfig config, InstantSource clock, RandomGenerator random) {
        this.policy = policy;
        this.config = config;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Answers a request.
     *
     * @throws ApiError if it is invalid, or too many prompts are in progress
     */
    HttpAnswer generate(IncomingRequest incoming) throws InterruptedException {
        RequestFields fields = RequestFields.of(incoming.body(), FIELDS, List.of());
        RequestFields parameters =
                RequestFields.of(fields.node("sampling_params"), PARAMETERS, FieldCatalogue.NEUTRAL_PARAMETERS);
        String model = fields.node("model").asText(config.name());
        if (!model.equals(config.name())) {
            throw ApiError.noSuchModel(model, config.name());
        }
        int[] prompt = prompt(fields);
        SamplingRequest request = request(prompt, parameters);
        boolean logProbs = wants(parameters, "logprobs");
        boolean promptLogProbs = wants(parameters, "prompt_logprobs");
        Sample sample = sample(request, incoming);
        ObjectNode reply = JsonNodeFactory.instance
                .objectNode()
                .put("request_id", request.id())
                .put("model", config.name());
        put(reply.putArray("choices").addObject(), sample, logProbs);
        if (promptLogProbs) {
            putPrompt(reply.putArray("prompt_logprobs"), prompt);
        }
        int completion = sample == null ? 0 : sample.tokens().length;
        reply.putObject("usage")
                .put("prompt_tokens", prompt.length)
                .put("completion_tokens", completion)
                .put("total_tokens", prompt.length + completion);
        return new HttpAnswer.JsonAnswer(reply);
    }

    private int[] prompt(RequestFields fields) {
        JsonNode ids = fields.node("token_ids");
        int[] prompt = new int[ids.size()];
        for (int i = 0; i < prompt.length; i++) {
            if (!RequestFields.isToken(ids.path(i), policy.vocabulary())) {
                throw ApiError.invalid(
                        "token_ids",
                        "token_ids has " + ids.path(i) + ", the vocabulary is 0 to " + (policy.vocabulary() - 1));
            }
            prompt[i] = ids.get(i).intValue();
        }
        if (prompt.length == 0) {
            throw ApiError.invalid("token_ids", "token_ids is empty or missing, expected at least one token");
        }
        return prompt;
    }

    private SamplingRequest request(int[] prompt, RequestFields parameters) {
        double topP = parameters.number("top_p", 1, 0, 1);
        if (topP == 0) {
            throw parameters.wrong("top_p", "expected a number above 0, up to 1");
        }
        SamplingParameters draw = new SamplingParameters(
                parameters.number("temperature", 1, 0, MAX_TEMPERATURE),
                topP,
                Math.max(0, parameters.whole("top_k", 0, -1)),
                parameters.whole("max_tokens", USUAL_TOKENS, 1));
        if ((long) prompt.length + draw.maxTokens() > policy.positions()) {
            throw ApiError.tooLong(
                    "token_ids",
                    "token_ids has " + prompt.length + " tokens and max_tokens is " + draw.maxTokens()
                            + ", the model has " + policy.positions() + " positions");
        }
        return new SamplingRequest(
                Long.toHexString(random.nextLong()),
                prompt,
                1,
                draw,
                parameters.seed().orElseGet(random::nextLong),
                ignoresStops(parameters));
    }

    /** Returns whether no token ends the answer. The model's own stop tokens are the only others that this server has. */
    private boolean ignoresStops(RequestFields parameters) {
        Set<Integer> asked = parameters.tokens("stop_token_ids", policy.vocabulary());
        Set<Integer> own = Set.copyOf(Arrays.stream(policy.stopIds()).boxed().toList());
        boolean ignoresOwn = parameters.flag("ignore_eos");
        if (ignoresOwn ? asked.isEmpty() || asked.equals(own) : own.containsAll(asked)) {
            return ignoresOwn && asked.isEmpty();
        }
        throw parameters.wrong("stop_token_ids", "this server ends answers at its model's own tokens: expected " + own);
    }

    private static boolean wants(RequestFields parameters, String key) {
        if (parameters.has(key) && parameters.whole(key, 0, 0) > 0) {
            throw parameters.wrong(key, "expected 0: those of the tokens themselves; others' are not supported");
        }
        return parameters.has(key);
    }

    /** Returns the answer; null if it was aborted. */
    private @Nullable Sample sample(SamplingRequest request, IncomingRequest incoming) throws InterruptedException {
        long deadline = clock.millis() + config.patience().toMillis();
        try (Submission submission = new Submission(false)) {
            policy.sampler().submit(List.of(request), submission);
            while (clock.millis() < deadline) {
                AnswerEvent event = submission.next(LOOK);
                if (event instanceof AnswerEvent.Finished finished) {
                    return finished.sample();
                }
                if (event instanceof AnswerEvent.Aborted) {
                    return null;
                }
                if (event instanceof AnswerEvent.Failed failed) {
                    throw failed.why();
                }
                incoming.client().check();
            }
        }
        throw ApiError.unavailable("no answer within " + config.patience().toSeconds() + " s");
    }

    private void put(ObjectNode choice, @Nullable Sample sample, boolean logProbs) {
        choice.put("index", 0);
        ArrayNode tokens = choice.putArray("token_ids");
        ArrayNode content =
                logProbs ? choice.putObject("logprobs").putArray("content") : JsonNodeFactory.instance.arrayNode();
        ArrayNode versions = choice.putArray("weight_versions");
        if (sample == null) {
            choice.put("finish_reason", "abort");
            return;
        }
        for (int i = 0; i < sample.tokens().length; i++) {
            tokens.add(sample.tokens()[i]);
            content.addObject().put("token_id", sample.tokens()[i]).put("logprob", sample.behaviourLogProbs()[i]);
        }
        int start = 0;
        for (VersionTokens run : sample.versions()) {
            versions.addObject()
                    .put("version", policy.weights().label(run.version()))
                    .put("start", start)
                    .put("end", start + run.tokens());
            start += run.tokens();
        }
        choice.put("finish_reason", sample.truncated() ? "length" : "stop");
    }

    private void putPrompt(ArrayNode to, int[] prompt) throws InterruptedException {
        to.addNull();
        if (prompt.length > 1) {
            float[] logProbs = policy.logProbs(prompt);
            for (int i = 0; i < logProbs.length; i++) {
                to.addObject().putObject(Integer.toString(prompt[i + 1])).put("logprob", logProbs[i]);
            }
        }
    }
}
