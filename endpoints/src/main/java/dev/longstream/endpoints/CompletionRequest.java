package dev.longstream.endpoints;

import dev.longstream.policy.folder.GenerationSettings;
import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.policy.sampling.SamplingParameters;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Valid values of the fields that chat and text completions share.
 *
 * @param prompts token ids, one array for each prompt
 * @param samples answers to each prompt
 * @param draw sampling parameters; the model folder's own settings where the request has none
 * @param seed seed of the first draw; empty: a random one
 * @param ends texts and tokens that end an answer
 * @param continues whether an answer continues the prompt's text, not a turn of its own
 * @param logProbs whether the response lists the tokens with log π(token | prefix), at temperature 1 and untruncated
 * @param keepSpecials whether the text includes special tokens
 */
record CompletionRequest(
        List<int[]> prompts,
        int samples,
        SamplingParameters draw,
        OptionalLong seed,
        AnswerEnds ends,
        boolean continues,
        boolean logProbs,
        boolean keepSpecials) {
    private static final int MAX_STOPS = 16;
    private static final double MAX_TEMPERATURE = 100;

    /**
     * Checks a request's fields and reads them.
     *
     * @param promptField field of the body that holds the prompts
     * @param continues whether an answer continues the prompt's text
     * @param usualTokens length limit where the request has none, as far as the model has positions
     * @throws ApiError 400 naming the invalid field, 413 if prompt and answer are too long
     */
    static CompletionRequest of(
            RequestFields fields,
            ServedPolicy policy,
            List<int[]> prompts,
            String promptField,
            boolean continues,
            int usualTokens,
            int maxSamples,
            boolean logProbs) {
        int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElse(0);
        if (prompts.isEmpty() || prompts.stream().anyMatch(prompt -> prompt.length == 0)) {
            throw ApiError.invalid(promptField, promptField + " is empty, expected at least one token");
        }
        int left = policy.positions() - longest;
        if (left < 1) {
            throw ApiError.tooLong(
                    promptField,
                    promptField + " has " + longest + " tokens, the model has " + policy.positions() + " positions");
        }
        if (fields.has("max_completion_tokens")
                && fields.has("max_tokens")
                && !fields.node("max_tokens").equals(fields.node("max_completion_tokens"))) {
            throw fields.wrong("max_tokens", "expected the same as max_completion_tokens, or only one of them");
        }
        String limit = fields.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
        int maxTokens = fields.whole(limit, Math.min(usualTokens, left), 1);
        if (maxTokens > left) {
            throw ApiError.tooLong(
                    limit,
                    limit + " is " + maxTokens + " and " + promptField + " has " + longest + " tokens, the model has "
                            + policy.positions() + " positions");
        }
        int samples = fields.whole("n", 1, 1);
        if (samples > maxSamples) {
            throw ApiError.invalid("n", "n is " + samples + ", this server decodes " + maxSamples + " answers at once");
        }
        if (fields.whole("best_of", samples, 1) != samples) {
            throw fields.wrong("best_of", "not supported, expected n or nothing");
        }
        List<String> stops = fields.texts("stop");
        if (stops.size() > MAX_STOPS) {
            throw fields.wrong("stop", "expected at most " + MAX_STOPS + " texts");
        }
        return new CompletionRequest(
                prompts,
                samples,
                draw(fields, policy.generation(), maxTokens),
                fields.seed(),
                new AnswerEnds(stops, fields.tokens("stop_token_ids", policy.vocabulary()), fields.flag("ignore_eos")),
                continues,
                logProbs,
                fields.has("skip_special_tokens") && !fields.flag("skip_special_tokens"));
    }

    /** Returns the tokens before the first stop token; all of them if there is none. */
    int[] beforeStopToken(int[] tokens) {
        for (int i = 0; i < tokens.length; i++) {
            if (ends.tokens().contains(tokens[i])) {
                return Arrays.copyOf(tokens, i);
            }
        }
        return tokens;
    }

    /** Returns whether an answer can end before the sampler ends it. */
    boolean endsEarly() {
        return !ends.texts().isEmpty() || !ends.tokens().isEmpty();
    }

    /** Returns the decoder of the answers to a prompt. */
    AnswerText text(int[] prompt, Tokenizer tokenizer) {
        return continues
                ? AnswerText.after(prompt, tokenizer, keepSpecials)
                : AnswerText.ofTurn(tokenizer, keepSpecials);
    }

    private static SamplingParameters draw(RequestFields fields, GenerationSettings generation, int maxTokens) {
        double topP = fields.number("top_p", generation.topP(), 0, 1);
        if (topP == 0) {
            throw fields.wrong("top_p", "expected a number above 0, up to 1");
        }
        int topK = fields.whole("top_k", generation.topK(), -1); // -1 means no limit, as in other servers
        return new SamplingParameters(
                fields.number("temperature", generation.temperature(), 0, MAX_TEMPERATURE),
                topP,
                Math.max(0, topK),
                maxTokens);
    }
}
