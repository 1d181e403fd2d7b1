package dev.longstream.rewards;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A reward of somebody else's, in place of the rules.
 *
 * @param name as its {@link Reward#name()} has it
 * @param folder with jars to look for it in; null: the class path alone
 */
public record PlugIn(String name, @Nullable Path folder) {
    public PlugIn {
        new Problems("plug-in")
                .require(name != null && !name.isBlank(), "name is missing, expected the name of a reward")
                .require(
                        folder == null || Files.isDirectory(folder),
                        "folder is %s, which is no folder; expected one with jars",
                        String.valueOf(folder))
                .throwIfAny();
    }
}
