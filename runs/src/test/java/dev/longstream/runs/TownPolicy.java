package dev.longstream.runs;

import dev.longstream.log.EventLog;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.NewPolicy;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.testing.Records;

import java.nio.file.Path;
import java.util.List;

import static dev.longstream.testing.TestBroker.send;

/** A small policy in a run's folder that says one of six words, two of which name a town. */
public final class TownPolicy {
    private static final String PLACE = "model";

    private TownPolicy() {}

    /** Writes the policy into the folder of a run. */
    public static void write(Path run) {
        List<String> vocabulary = List.of("<pad>", "<end>", "<user>", "<unk>", "\\boxed{Ghent}", "\\boxed{Bruges}");
        new NewPolicy(
                        ModelConfig.llama(vocabulary.size(), 32, 2, 2, 2, 16, 64, 128),
                        vocabulary,
                        vocabulary.subList(0, 4),
                        "<unk>",
                        "<end>",
                        "<pad>",
                        "{% for message in messages %}<user> {{ message.content }}{% endfor %} <end>",
                        0.05)
                .write(run.resolve(PLACE), 1);
    }

    /** Announces the written policy as a version. */
    public static void announce(EventLog log, Path run, long version) throws Exception {
        send(
                log,
                log.topics().weights(),
                Long.toString(version),
                Records.weights(version)
                        .setUri(PLACE)
                        .setDigest(SafeTensors.sha256(run.resolve(PLACE).resolve("model.safetensors")))
                        .build());
    }
}
