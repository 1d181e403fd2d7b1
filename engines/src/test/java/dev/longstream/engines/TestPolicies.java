package dev.longstream.engines;

import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.AdapterFolder;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.NewAdapter;
import dev.longstream.policy.folder.NewPolicy;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Versions of a tiny policy whose tokens are words, each with random weights of its own. */
final class TestPolicies {
    static final int POSITIONS = 512;
    static final String MODEL = "tiny";

    private static final List<String> SPECIAL = List.of("<pad>", "<end>", "<user>", "<unk>");

    private TestPolicies() {}

    /** Writes a version and opens it; the caller closes its folder. */
    static EngineVersion write(Path parent, long version) {
        return write(parent, version, 32);
    }

    static EngineVersion write(Path parent, long version, int hidden) {
        Path folder = parent.resolve("version-" + version + "-" + hidden);
        List<String> words = Stream.concat(
                        SPECIAL.stream(), IntStream.range(0, 96).mapToObj(i -> "word" + i))
                .toList();
        ModelConfig config = ModelConfig.llama(words.size(), hidden, 2, 2, 2, 16, 64, POSITIONS);
        String template = "{% for message in messages %}<user> {{ message.content }}{% endfor %} <end>";
        new NewPolicy(config, words, SPECIAL, "<unk>", "<end>", "<pad>", template, 0.3).write(folder, version + 1);
        return new EngineVersion(
                version, SafeTensors.sha256(folder.resolve("model.safetensors")), PolicyFolder.open(folder));
    }

    /** Writes an adapter beside the base of version 0 and opens it; the caller closes its folder. */
    static EngineVersion writeAdapter(Path parent, long version) throws IOException {
        Path folder = Files.createDirectories(parent.resolve("adapter-" + version));
        NewAdapter adapter = new NewAdapter(new AdapterConfig(2, 4, List.of("q_proj")), version);
        EngineVersion base = write(parent, 0);
        try (PolicyFolder open = base.folder()) {
            List<NamedTensor> matrices = adapter.config().tensors(open.config()).stream()
                    .map(spec ->
                            new NamedTensor(spec.name(), spec.shape(), () -> FloatBuffer.wrap(adapter.floats(spec))))
                    .toList();
            String digest = AdapterFolder.write(folder, open.path().toString(), adapter.config(), matrices);
            return new EngineVersion(version, digest, PolicyFolder.open(folder));
        }
    }

    static EngineConfig config(EngineKind kind, String url, boolean probe) {
        return new EngineConfig(kind, List.of(url), MODEL, null, Duration.ofSeconds(30), 3, probe, 0.001);
    }
}
