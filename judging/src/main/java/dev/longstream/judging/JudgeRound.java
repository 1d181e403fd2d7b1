package dev.longstream.judging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Many questions to one judge, so many at once. */
public final class JudgeRound {
    private JudgeRound() {}

    /**
     * A question.
     *
     * @param key digest over what is asked, hexadecimal
     * @param answer as extracted by a rule, or whole where behaviours are counted
     */
    public record AskedAnswer(String key, String question, List<String> golds, String answer) {}

    /**
     * Asks them all and waits.
     *
     * @param judged told each judgement when it is there, by several threads
     * @throws JudgeRefusedException if the judge does not serve us at all
     */
    public static void ask(
            JudgeClient judge, int inFlight, List<AskedAnswer> questions, BiConsumer<AskedAnswer, Judgement> judged)
            throws InterruptedException {
        ask(inFlight, questions, one -> judge.ask(one.key(), one.question(), one.golds(), one.answer()), judged);
    }

    /**
     * The same for whatever is asked.
     *
     * @param ask begins to ask
     * @param heard told each reply when it is there, by several threads
     */
    public static <R> void ask(
            int inFlight,
            List<AskedAnswer> questions,
            Function<AskedAnswer, CompletableFuture<R>> ask,
            BiConsumer<AskedAnswer, R> heard)
            throws InterruptedException {
        Semaphore places = new Semaphore(inFlight);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (AskedAnswer asked : questions) {
            places.acquire();
            if (all.stream().anyMatch(CompletableFuture::isCompletedExceptionally)) {
                break; // it will refuse the rest as well
            }
            all.add(ask.apply(asked)
                    .whenComplete((reply, refusal) -> places.release())
                    .thenAccept(reply -> heard.accept(asked, reply)));
        }
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
