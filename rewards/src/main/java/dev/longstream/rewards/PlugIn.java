package dev.longstream.rewards;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Names a reward plug-in that takes the place of the built-in rules.
 *
 * @param name the plug-in's {@link Reward#name()}
 * @param folder folder whose jars are searched for the plug-in; null: the class path only
 */
public record PlugIn(String name, @Nullable Path folder) {
    public PlugIn {
        new Problems("plug-in")
                .require(name != null && !name.isBlank(), "name is missing, expected the name of a reward")
                .require(
                        folder == null || Files.isDirectory(folder),
                        "folder is %s, which is not a folder; name a folder with the plug-in's jars",
                        String.valueOf(folder))
                .throwIfAny();
    }
}
