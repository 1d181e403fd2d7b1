package dev.longstream.rewards;

import dev.longstream.config.ConfigurationException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Creates the {@link Reward} that a configuration selects: the built-in rules or a plug-in. */
public final class Rewards {
    private Rewards() {}

    /**
     * Creates the configured reward.
     *
     * @throws ConfigurationException if no plug-in has the configured name; the message lists the names found
     */
    public static Reward of(ScoringConfig config) {
        PlugIn plugIn = config.plugIn();
        return plugIn == null ? new RuleOnly(config) : new PlugInReward(find(plugIn));
    }

    private static Reward find(PlugIn plugIn) {
        TreeMap<String, Reward> found = new TreeMap<>();
        try {
            ServiceLoader.load(Reward.class, loader(plugIn.folder()))
                    .forEach(reward -> found.put(reward.name(), reward));
        } catch (ServiceConfigurationError e) {
            throw new ConfigurationException(
                    List.of("scoring.plug-in cannot be loaded, its jar or its class is faulty: " + e.getMessage()));
        }
        Reward reward = found.get(plugIn.name());
        if (reward == null) {
            throw new ConfigurationException(List.of("scoring.plug-in.name is " + plugIn.name()
                    + ", but no reward of that name is on the class path"
                    + (plugIn.folder() == null ? "" : " or in " + plugIn.folder()) + "; "
                    + (found.isEmpty()
                            ? "no plug-in was found"
                            : "the plug-ins found are " + String.join(", ", found.keySet()))));
        }
        return reward;
    }

    /** Returns the loader of the plug-in; it is never closed, because the plug-in lives as long as the process. */
    private static ClassLoader loader(@Nullable Path folder) {
        ClassLoader ours = Rewards.class.getClassLoader();
        return folder == null ? ours : new URLClassLoader(jars(folder), ours);
    }

    private static URL[] jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .map(Rewards::url)
                    .toArray(URL[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The plug-in folder " + folder + " (scoring.plug-in.folder) cannot be read", e);
        }
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException("The plug-in jar " + file + " cannot be written as a URL", e);
        }
    }
}
