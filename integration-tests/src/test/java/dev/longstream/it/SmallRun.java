package dev.longstream.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.NewPolicy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Everything a run of a minute needs, written to a folder: a policy that says one boxed word of 24 by chance, questions of
 * which 12 of these words are right answers, and a configuration. Rewards differ within most groups from the first step on,
 * so nothing has to be learned before the loop has something to do.
 */
public final class SmallRun {
    static final int WARM_UP_STEPS = 6;
    static final int SHORT_STEPS = 8;
    static final int LONG_STEPS = 6;
    static final int STEPS = SHORT_STEPS + LONG_STEPS;
    static final int BATCH_SIZE = 4;
    /** Answers to each question. */
    public static final int GROUP_SIZE = 4;

    static final int MAX_STALENESS = 1;

    private static final List<String> SPECIAL = List.of("<pad>", "<end>", "<user>", "<unk>");
    private static final List<String> WORDS =
            IntStream.range(0, 24).mapToObj(i -> "word" + i).toList();
    private static final List<String> ANSWERS =
            WORDS.stream().map(word -> "\\boxed{" + word + "}").toList();
    private static final List<String> GOLDS = WORDS.subList(0, WORDS.size() / 2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    private SmallRun(Path folder) {
        this.folder = folder;
    }

    /** Writes all files into a folder. */
    public static SmallRun in(Path folder) throws IOException {
        Files.createDirectories(folder);
        SmallRun run = new SmallRun(folder);
        policy().write(run.model(), 1);
        Random random = new Random(1);
        run.write("train.jsonl", "train", random, 24, 30, 100);
        run.write("held-out.jsonl", "held-out", random, 6, 30);
        run.write("demonstrations.jsonl", "demonstration", random, 16, 30);
        Files.writeString(
                folder.resolve("written.jsonl"),
                """
                {"prompt": "which word is right", "answer": "\\\\boxed{word1} "}
                {"messages": [{"role": "user", "content": "word2"}, {"role": "assistant", "content": "word3 "}]}
                """);
        Files.writeString(run.configuration(), run.yaml());
        return run;
    }

    private static NewPolicy policy() {
        List<String> vocabulary =
                Stream.of(SPECIAL, WORDS, ANSWERS).flatMap(List::stream).toList();
        ModelConfig config = ModelConfig.llama(vocabulary.size(), 32, 2, 2, 2, 16, 64, 512);
        return new NewPolicy(
                config,
                vocabulary,
                SPECIAL,
                "<unk>",
                "<end>",
                "<pad>",
                "{% for message in messages %}<user> {{ message.content }}{% endfor %} <end>",
                0.1); // small: every token is about as likely as any other
    }

    private void write(String file, String id, Random random, int questions, int... documentWords) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < questions; i++) {
            int words = documentWords[i % documentWords.length];
            lines.add(JSON.writeValueAsString(Map.of(
                    "id",
                    id + "-" + i,
                    "question",
                    "which word is right in " + id + "-" + i, // its own: held-out questions are never trained on
                    "documents",
                    List.of(text(random, words)),
                    "answers",
                    GOLDS,
                    "kind",
                    "short-answer")));
        }
        Files.write(folder.resolve(file), lines);
    }

    private static String text(Random random, int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
        }
        return text.toString().strip();
    }

    private String yaml() {
        return """
                prompts:
                  style: plain
                  train: [{files: ['%s']}]
                  held-out: [{files: ['%s']}]
                demonstrations:
                  sources: [{files: ['%s']}]
                  written: ['%s']
                  answer: '\\boxed{{gold}} '
                warm-up: {steps: %d, batch-size: 4, learning-rate: 1e-4}
                phases:
                  - {name: short, longer-than: 0, up-to: 64, steps: %d}
                  - {name: long, longer-than: 64, up-to: 256, steps: %d}
                group-size: %d
                batch-size: %d
                max-staleness: %d
                sampling: {temperature: 1.0, max-tokens: 4}
                scoring: {thinking-expected: false}
                trainer: {learning-rate: 1e-4, warm-up-steps: 2}
                evaluation: {temperature: 0, max-tokens: 4, lengths: [64]}
                """
                .formatted(
                        folder.resolve("train.jsonl"),
                        folder.resolve("held-out.jsonl"),
                        folder.resolve("demonstrations.jsonl"),
                        folder.resolve("written.jsonl"),
                        WARM_UP_STEPS,
                        SHORT_STEPS,
                        LONG_STEPS,
                        GROUP_SIZE,
                        BATCH_SIZE,
                        MAX_STALENESS);
    }

    /** Folder of a judge that says no, mostly; made by this. */
    Path judge() {
        List<String> words = Stream.concat(
                        SPECIAL.stream(),
                        Stream.of("NO", "No", "nO", "no")
                                .flatMap(no -> Stream.of(no, no + ".", "**" + no + "**", "**" + no + ".**")))
                .toList();
        Path judge = folder.resolve("judge");
        // A chat ends with "NO", and a policy with random weights and tied embeddings likes to say its last word again.
        new NewPolicy(
                        ModelConfig.llama(words.size(), 32, 2, 2, 2, 16, 64, 512),
                        words,
                        SPECIAL,
                        "<unk>",
                        "<end>",
                        "<pad>",
                        "{% for message in messages %}<user> {{ message.content }}{% endfor %} NO",
                        0.4)
                .write(judge, 1);
        return judge;
    }

    Path model() {
        return folder.resolve("model");
    }

    Path configuration() {
        return folder.resolve("run.yaml");
    }

    /** Folder of runs. */
    public Path runs() {
        return folder.resolve("runs");
    }

    /** A command of {@code longstream} on these runs, with a name of a run and whatever else is given. */
    public List<String> command(String command, String run, String... more) {
        List<String> words = new ArrayList<>(List.of(
                command,
                "--config",
                configuration().toString(),
                "--model",
                model().toString(),
                "--dir",
                runs().toString(),
                "--run",
                run));
        words.addAll(List.of(more));
        return words;
    }

    /** A replay of a run under another name, with whatever else is given. */
    public List<String> replay(String run, String as, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "replay",
                run,
                "--as",
                as,
                "--config",
                configuration().toString(),
                "--model",
                model().toString(),
                "--dir",
                runs().toString()));
        words.addAll(List.of(more));
        return words;
    }
}
