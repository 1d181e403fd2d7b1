package dev.longstream.judging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Sends many requests to one judge, with a limit on those under way. */
public final class JudgeRound {
    private JudgeRound() {}

    /**
     * An answer to be judged.
     *
     * @param key digest of the request, hexadecimal
     * @param question the question
     * @param golds accepted answers
     * @param answer the answer that a rule extracted, or the whole answer if behaviours are counted
     */
    public record AskedAnswer(String key, String question, List<String> golds, String answer) {}

    /**
     * Judges all answers and waits for the last one.
     *
     * @param inFlight maximum of requests under way at once
     * @param judged receives each judgement as it arrives, on several threads
     * @throws JudgeRefusedException if the judge refuses every request
     */
    public static void ask(
            JudgeClient judge, int inFlight, List<AskedAnswer> questions, BiConsumer<AskedAnswer, Judgement> judged)
            throws InterruptedException {
        ask(
                inFlight,
                questions,
                answer -> judge.ask(answer.key(), answer.question(), answer.golds(), answer.answer()),
                judged);
    }

    /**
     * Sends a request of any kind for each answer and waits for the last reply.
     *
     * @param inFlight maximum of requests under way at once
     * @param ask sends one request
     * @param received receives each reply as it arrives, on several threads
     * @throws JudgeRefusedException if the judge refuses every request
     */
    public static <R> void ask(
            int inFlight,
            List<AskedAnswer> questions,
            Function<AskedAnswer, CompletableFuture<R>> ask,
            BiConsumer<AskedAnswer, R> received)
            throws InterruptedException {
        Semaphore places = new Semaphore(inFlight);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        AtomicBoolean failed = new AtomicBoolean();
        for (AskedAnswer question : questions) {
            places.acquire();
            if (failed.get()) {
                break; // the judge will refuse the rest as well
            }
            all.add(ask.apply(question)
                    .thenAccept(reply -> received.accept(question, reply))
                    .whenComplete((nothing, failure) -> {
                        if (failure != null) {
                            failed.set(true);
                        }
                        places.release();
                    }));
        }
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
