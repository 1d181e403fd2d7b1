package dev.longstream.endpoints;

import dev.longstream.endpoints.GrowingChoice.Piece;
import dev.longstream.http.ClientGoneException;
import dev.longstream.http.ClientPresence;
import dev.longstream.policy.sampling.SamplingRequest;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Waits for all answers to one request. Not thread-safe. */
final class PendingAnswers {
    /** Time between two checks whether the client is still connected. */
    private static final Duration LOOK = Duration.ofMillis(100);
    /** Time without news after which a listener hears of the wait. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private final Submission submission;
    private final CompletionRequest request;
    private final InstantSource clock;
    private final Duration patience;
    private final List<SamplingRequest> asked;
    private final List<GrowingChoice> choices = new ArrayList<>();

    /** Receives the progress of the answers. */
    interface Listener {
        /** Ignores the progress. */
        Listener NONE = new Listener() {
            @Override
            public void onPiece(int index, Piece piece) {}

            @Override
            public void onComplete(int index, Choice choice) {}

            @Override
            public void onWaiting() {}
        };

        /** Called for each piece of an answer, never with an empty one. */
        void onPiece(int index, Piece piece);

        /** Called after the last piece of an answer. */
        void onComplete(int index, Choice choice);

        /** Called when nothing has happened for a second. */
        void onWaiting();
    }

    private PendingAnswers(
            Submission submission,
            CompletionRequest request,
            List<SamplingRequest> asked,
            InstantSource clock,
            Duration patience) {
        this.submission = submission;
        this.request = request;
        this.asked = asked;
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * Submits the prompts to the sampler.
     *
     * @param name     begins the prompts' ids; no other request has it
     * @param streamed whether the answers are wanted as they grow
     * @throws ApiError 429 if there are too many, 503 if the sampler stops or has failed
     */
    static PendingAnswers submit(
            ServedPolicy policy,
            CompletionRequest request,
            String name,
            long seed,
            boolean streamed,
            InstantSource clock,
            Duration patience) {
        List<SamplingRequest> asked = new ArrayList<>();
        for (int[] prompt : request.prompts()) {
            asked.add(new SamplingRequest(
                    name + "-" + asked.size(),
                    prompt,
                    request.samples(),
                    request.draw(),
                    seed,
                    request.ends().ignoresModels()));
        }
        // A stop is found in an answer that is not finished, which saves the rest of the work.
        Submission submission = new Submission(streamed || request.endsEarly());
        PendingAnswers pending = new PendingAnswers(submission, request, asked, clock, patience);
        for (int[] prompt : request.prompts()) {
            AnswerText decoder = request.text(prompt, policy.tokenizer());
            for (int i = 0; i < request.samples(); i++) {
                pending.choices.add(new GrowingChoice(request, decoder));
            }
        }
        policy.sampler().submit(asked, submission);
        return pending;
    }

    /**
     * Waits until every answer is complete. Ends the prompts at the sampler's next chunk, whatever happens.
     *
     * @param client asked several times a second whether it is still there
     * @return the answers to all prompts, in order; those to one prompt follow one another
     * @throws ApiError when the answers take too long, or the sampler fails
     * @throws ClientGoneException when the client has closed the connection
     */
    List<Choice> await(Listener listener, ClientPresence client) throws InterruptedException {
        long deadline = clock.millis() + patience.toMillis();
        long checked = clock.millis();
        long heard = checked;
        try (submission) {
            for (int open = choices.size(); open > 0; ) {
                Duration left = Duration.ofMillis(deadline - clock.millis());
                if (left.isNegative() || left.isZero()) {
                    throw ApiError.unavailable("no answer within " + patience.toSeconds() + " s");
                }
                AnswerEvent event = submission.next(left.compareTo(LOOK) < 0 ? left : LOOK);
                long now = clock.millis();
                if (now - checked >= LOOK.toMillis()) {
                    client.check();
                    checked = now;
                }
                if (event != null) {
                    heard = now;
                    open -= take(event, listener) ? 1 : 0;
                } else if (now - heard >= SILENCE.toMillis()) {
                    listener.onWaiting();
                    heard = now;
                }
            }
        }
        return choices.stream()
                .map(choice -> Objects.requireNonNull(choice.whole()))
                .toList();
    }

    /** Returns whether this event has completed an answer. */
    private boolean take(AnswerEvent event, Listener listener) {
        if (event instanceof AnswerEvent.Failed failed) {
            throw failed.why();
        }
        if (event instanceof AnswerEvent.Aborted) {
            throw ApiError.unavailable("the answer was aborted, because the server gets other weights");
        }
        int index;
        Piece piece;
        GrowingChoice choice;
        if (event instanceof AnswerEvent.Decoded decoded) {
            index = index(decoded.answer().requestId(), decoded.answer().sampleIndex());
            choice = choices.get(index);
            if (choice.whole() != null) {
                return false;
            }
            piece = choice.grow(decoded.answer());
        } else {
            AnswerEvent.Finished finished = (AnswerEvent.Finished) event;
            index = index(finished.sample().requestId(), finished.sample().sampleIndex());
            choice = choices.get(index);
            if (choice.whole() != null) {
                return false;
            }
            piece = choice.finish(finished.sample());
        }
        if (!piece.isEmpty()) {
            listener.onPiece(index, piece);
        }
        @Nullable Choice whole = choice.whole();
        if (whole != null) {
            listener.onComplete(index, whole);
        }
        return whole != null;
    }

    private int index(String requestId, int sampleIndex) {
        for (int prompt = 0; prompt < asked.size(); prompt++) {
            if (asked.get(prompt).id().equals(requestId)) {
                return prompt * request.samples() + sampleIndex;
            }
        }
        throw new IllegalStateException("the sampler answers " + requestId + ", which this request does not have");
    }
}
