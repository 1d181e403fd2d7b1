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

/** Finds what an answer is worth by: the rules, or the plug-in that the configuration names. */
public final class Rewards {
    private Rewards() {}

    /** @throws ConfigurationException if there is no such plug-in, with the names of those there are */
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
            throw new ConfigurationException(List.of("scoring.plug-in cannot be loaded: " + e.getMessage()));
        }
        Reward reward = found.get(plugIn.name());
        if (reward == null) {
            throw new ConfigurationException(List.of("scoring.plug-in.name is " + plugIn.name()
                    + ", but no reward of that name is on the class path"
                    + (plugIn.folder() == null ? "" : " or in " + plugIn.folder()) + "; there "
                    + (found.isEmpty() ? "is none" : "are " + String.join(", ", found.keySet()))));
        }
        return reward;
    }

    /** Stays open as long as the process, as the plug-in does. */
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
            throw new UncheckedIOException("The folder of rewards " + folder + " cannot be read", e);
        }
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException("The jar " + file + " has no address", e);
        }
    }
}
