package dev.longstream.producers;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.NewPolicy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Writes a small policy with random weights whose tokens are words: {@code word0}, {@code word1} and so on. */
public final class WordPolicy {
    /** Longest sequence of the policy, in tokens. */
    public static final int POSITIONS = 2048;

    private static final List<String> SPECIAL = List.of("<pad>", "<end>", "<user>", "<unk>");

    private WordPolicy() {}

    /** Writes the policy into a folder. Every word is about as likely as any other, so answers seldom end early. */
    public static void write(Path folder) {
        List<String> words = Stream.concat(
                        SPECIAL.stream(), IntStream.range(0, 1996).mapToObj(i -> "word" + i))
                .toList();
        ModelConfig config = ModelConfig.llama(words.size(), 32, 2, 2, 2, 16, 64, POSITIONS);
        String template = "{% for message in messages %}<user> {{ message.content }}{% endfor %} <end>";
        new NewPolicy(config, words, SPECIAL, "<unk>", "<end>", "<pad>", template, 0.05).write(folder, 1);
    }
}
