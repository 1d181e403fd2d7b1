package dev.longstream.producers.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;

/** Many questions to one judge, so many at once. */
public final class JudgeRound {
    private JudgeRound() {}

    /**
     * A question.
     *
     * @param key digest over what is asked, hexadecimal
     * @param answer as extracted by a rule
     */
    public record Asked(String key, String question, List<String> golds, String answer) {}

    /**
     * Asks them all and waits.
     *
     * @param judged told each judgement when it is there, by several threads
     * @throws JudgeRefusedException if the judge does not serve us at all
     */
    public static void ask(JudgeClient judge, int inFlight, List<Asked> questions, BiConsumer<Asked, Judgement> judged)
            throws InterruptedException {
        Semaphore places = new Semaphore(inFlight);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (Asked asked : questions) {
            places.acquire();
            if (all.stream().anyMatch(CompletableFuture::isCompletedExceptionally)) {
                break; // it will refuse the rest as well
            }
            all.add(judge.ask(asked.key(), asked.question(), asked.golds(), asked.answer())
                    .whenComplete((judgement, refusal) -> places.release())
                    .thenAccept(judgement -> judged.accept(asked, judgement)));
        }
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
