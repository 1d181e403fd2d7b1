import dev.longstream.record.Question;
import dev.longstream.record.RewardComponent;
import dev.longstream.rewards.Reward;

import java.util.List;

/** Pays the share of the gold's words that the answer names: a half for "Dover" where "New Dover" is right. */
public final class WordShare implements Reward {
    private static final String END_OF_THOUGHT = "</think>";

    @Override
    public String name() {
        return "word-share";
    }

    @Override
    public RewardComponent of(Question question, String text) {
        String answer = afterThought(text);
        List<String> named = words(answer);
        double best = 0;
        for (String gold : question.getGolds()) {
            List<String> wanted = words(gold);
            long found = wanted.stream().filter(named::contains).count();
            best = Math.max(best, (double) found / wanted.size());
        }
        return RewardComponent.newBuilder()
                .setName(name())
                .setValue(best)
                .setExtracted(answer)
                .setReason("the answer names " + best + " of the words of " + question.getGolds())
                .build();
    }

    /** The text behind the thought; empty where the thought never ends, so that such an answer earns nothing. */
    private static String afterThought(String text) {
        int end = text.lastIndexOf(END_OF_THOUGHT);
        return end < 0 ? "" : text.substring(end + END_OF_THOUGHT.length()).strip();
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("[^\\p{L}\\p{N}]+"));
    }
}
