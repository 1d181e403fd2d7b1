package dev.longstream.engines;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.policy.sampling.SamplingParameters;

import java.net.URI;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Routes of an engine for token ids, for a pause and for new weights. They throw {@link EngineException} where they fail. */
interface EngineClient {
    /**
     * A prompt to answer once.
     *
     * @param model name of the model, or of an adapter
     * @param prompt int[P]
     * @param parameters distribution that tokens are drawn from
     * @param seed seed of the random numbers, not negative
     * @param stopIds tokens that end the answer, and no others do
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record EngineRequest(String model, int[] prompt, SamplingParameters parameters, long seed, int[] stopIds) {}

    /**
     * Returns the client for the kind of an engine.
     *
     * @param stopping returns whether to wait for no reply any more
     */
    static EngineClient of(EngineAccess access, BooleanSupplier stopping) {
        EngineHttp http = new EngineHttp(access, stopping);
        return access.config().kind() == EngineKind.SGLANG
                ? new SglangClient(http, access.config().answerTimeout())
                : new VllmClient(http, access.config().answerTimeout());
    }

    /** Returns the address, for messages. */
    URI url();

    /** Returns the label of the engine's weights; {@code default} after its start. */
    String label();

    /** Returns whether the engine says that it is paused. */
    boolean isPaused();

    /** Returns the entries of {@code /v1/models}. */
    JsonNode models();

    /**
     * Stops decoding.
     *
     * @param keep whether unfinished answers go on after {@link #resume}; otherwise they are aborted
     */
    void pause(boolean keep);

    /**
     * Loads the weights of a folder, which the engine reads under the same path.
     *
     * @param label label that tokens get from then on
     */
    void load(Path folder, String label);

    /** Goes on decoding. */
    void resume();

    /** Asks for one answer. */
    EngineHttp.PendingReply ask(EngineRequest request);

    /** Asks for one answer and waits for it. */
    EngineAnswer answer(EngineRequest request);

    /**
     * Reads the reply to a request.
     *
     * @throws EngineException if it lacks token ids, log-probabilities or versions, or their numbers differ
     */
    EngineAnswer read(JsonNode reply);

    /** Returns a request whose answers can have one token alone at each place, though not at temperature 1. */
    EngineRequest onlyToken(String model, int[] prompt, int tokens);

    /** Returns log π(token | prefix) of every token but the first, at temperature 1. */
    float[] promptLogProbs(String model, int[] tokens);
}
