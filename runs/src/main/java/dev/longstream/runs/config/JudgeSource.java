package dev.longstream.runs.config;

import dev.longstream.judging.JudgeContract;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.file.Path;

/** Place where a judge runs: a server elsewhere, or a server that this process starts for a model folder. */
public sealed interface JudgeSource {
    /**
     * Server elsewhere.
     *
     * @param url a chat server's URL up to its version, or an external reward's complete URL
     * @param contract form of a request to the URL
     * @param apiKeyVariable environment variable with the server's API key; null: no key is sent
     */
    record Server(URI url, JudgeContract contract, @Nullable String apiKeyVariable) implements JudgeSource {}

    /**
     * Model folder that this process serves.
     *
     * @param folder model in Hugging Face's layout
     * @param cacheMebibytes maximum size of the KV cache, in MiB
     */
    record Folder(Path folder, int cacheMebibytes) implements JudgeSource {}
}
