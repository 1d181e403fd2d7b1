package dev.longstream.endpoints;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.NewPolicy;
import dev.longstream.policy.folder.Rope;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A tiny policy whose tokens are words. */
final class ServedTestPolicy {
    static final int POSITIONS = 4096;

    static final List<String> SPECIAL = List.of("<pad>", "<end>", "<user>", "<unk>");

    private ServedTestPolicy() {}

    static void write(Path folder) {
        List<String> words = Stream.concat(
                        SPECIAL.stream(), IntStream.range(0, 196).mapToObj(i -> "word" + i))
                .toList();
        String template = "{% for message in messages %}<user> {{ message.content }} {% endfor %}"
                + "{% if enable_thinking %}word9 {% endif %}<end>";
        new NewPolicy(shape(words.size(), POSITIONS), words, SPECIAL, "<unk>", "<end>", "<pad>", template, 0.4)
                .write(folder, 3);
    }

    static ModelConfig shape(int vocabulary, int positions) {
        return new ModelConfig(
                ModelConfig.Family.LLAMA,
                vocabulary,
                32,
                2,
                2,
                2,
                16,
                64,
                1e-6,
                true,
                false,
                false,
                false,
                false,
                Rope.unscaled(10_000),
                positions);
    }
}
