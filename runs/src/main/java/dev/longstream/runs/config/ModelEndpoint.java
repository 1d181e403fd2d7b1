package dev.longstream.runs.config;

import dev.longstream.config.HttpAddress;
import dev.longstream.config.Problems;
import dev.longstream.failure.WrongUseException;
import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Model that a section of the configuration names: on a server elsewhere, or in a folder that this process serves.
 *
 * @param section path of the section, e.g. {@code judge}
 * @param url base URL of the server; null with a folder
 * @param folder model in Hugging Face's layout; null with a URL
 * @param cacheMebibytes maximum size of the KV cache of the folder's model, in MiB
 * @param model name of the model in requests; null with a folder: the folder as written in the configuration
 * @param apiKeyVariable environment variable that holds the server's API key; null: no key is sent
 */
public record ModelEndpoint(
        String section,
        @Nullable String url,
        @Nullable Path folder,
        int cacheMebibytes,
        @Nullable String model,
        @Nullable String apiKeyVariable) {

    /**
     * Adds a problem for each setting that is wrong. A section without URL and folder is accepted.
     *
     * @param role role of the model in messages, e.g. {@code judge}
     */
    void check(Problems problems, String role) {
        problems.require(
                        url == null || HttpAddress.parse(url).isPresent(),
                        "url is %s, expected an address such as http://localhost:8000/v1",
                        String.valueOf(url))
                .require(
                        url == null || folder == null,
                        "url is %s and %s.folder is %s: one of them is the %s",
                        String.valueOf(url),
                        section,
                        String.valueOf(folder),
                        role)
                .require(
                        folder == null || Files.isDirectory(folder),
                        "folder is %s, which is no folder; expected a model in Hugging Face's layout",
                        String.valueOf(folder))
                .require(cacheMebibytes >= 1, "cache-mebibytes is %d, must be at least 1", cacheMebibytes)
                .require(
                        apiKeyVariable == null || folder == null,
                        "api-key-variable is %s, but the server of %s.folder wants no key",
                        String.valueOf(apiKeyVariable),
                        section)
                .require(
                        model == null || !model.isBlank(),
                        "model is blank, expected the name by which the %s is known",
                        role)
                .require(
                        url == null || (model != null && !model.isBlank()),
                        "model is %s, must be the name by which %s knows the %s",
                        String.valueOf(model),
                        String.valueOf(url),
                        role);
    }

    /** Returns whether the section names a model, by URL or by folder. */
    public boolean present() {
        return url != null || folder != null;
    }

    /** Returns the name of the model: {@code model}, or else the folder. It has no meaning without a model. */
    public String name() {
        return model == null ? String.valueOf(folder) : model;
    }

    /**
     * Returns the server's API key; null if none is sent.
     *
     * @param environment environment variables
     * @throws WrongUseException if the variable with the key is not set
     */
    public @Nullable String key(Map<String, String> environment) {
        return KeyVariable.read(section + ".api-key-variable", apiKeyVariable, environment);
    }
}
