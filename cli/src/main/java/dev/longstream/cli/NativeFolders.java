package dev.longstream.cli;

import dev.longstream.files.Mounts;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Folders that native libraries are unpacked to and loaded from: Java's temporary folder for RocksDB, Snappy and Zstandard, and
 * DJL's cache for PyTorch and the tokenizers. Hardened machines mount {@code /tmp} or the home folder {@code noexec}, and a user
 * without a name has no home folder; both then need other folders.
 */
final class NativeFolders {
    private static final String TEMPORARY = "java.io.tmpdir";
    private static final String HOME = "user.home";
    private static final String DJL_CACHE = "DJL_CACHE_DIR";
    private static final String ENGINE_CACHE = "ENGINE_CACHE_DIR";
    private static final List<String> NAMES = List.of(TEMPORARY, HOME, DJL_CACHE, ENGINE_CACHE);

    private NativeFolders() {}

    /** Sets the properties of this process that must not stay as they are. Call before a library reads the first of them. */
    static void choose() {
        Map<String, String> properties = new LinkedHashMap<>();
        for (String name : NAMES) {
            properties.put(name, System.getProperty(name, ""));
        }
        List<String> mounts = Mounts.read();
        Map<String, String> changes = changes(properties, System.getenv(), folder -> Mounts.isNoexec(folder, mounts));
        for (String name : List.of(TEMPORARY, HOME)) { // DJL makes its own
            if (changes.containsKey(name) && !make(Path.of(changes.get(name)))) {
                return; // whoever needs the folder says so, with advice
            }
        }
        changes.forEach(System::setProperty);
    }

    /**
     * Properties to set, with their new values.
     *
     * @param properties of this process; empty ones are not set
     * @param environment of this process
     * @param noexec whether no file in a folder may be run
     */
    static Map<String, String> changes(
            Map<String, String> properties, Map<String, String> environment, Predicate<Path> noexec) {
        Map<String, String> changes = new LinkedHashMap<>();
        Path temporary = Path.of(properties.getOrDefault(TEMPORARY, ""));
        @Nullable Path home = home(properties, environment);
        @Nullable Path caches = caches(environment, home);
        if (noexec.test(temporary) && caches != null && !noexec.test(caches)) {
            temporary = caches.resolve("tmp");
            changes.put(TEMPORARY, temporary.toString());
        }
        if (home == null) {
            home = temporary.resolve("longstream-" + userId());
        }
        if (!home.toString().equals(properties.get(HOME))) {
            changes.put(HOME, home.toString());
        }
        boolean named = Stream.of(DJL_CACHE, ENGINE_CACHE)
                .anyMatch(name -> !environment.getOrDefault(name, "").isEmpty()
                        || !properties.getOrDefault(name, "").isEmpty());
        if (!named && noexec.test(home)) {
            Stream.ofNullable(caches)
                    .filter(folder -> !noexec.test(folder))
                    .findFirst()
                    .or(() -> Stream.of(Path.of(properties.getOrDefault(TEMPORARY, "")))
                            .filter(folder -> !noexec.test(folder))
                            .map(folder -> folder.resolve("longstream-" + userId()))
                            .findFirst())
                    .ifPresent(folder ->
                            changes.put(DJL_CACHE, folder.resolve("djl").toString()));
        }
        return changes;
    }

    /** Tells what to do about a native library that was not loaded, for the end of an error message. */
    static String advice() {
        return "Native libraries are unpacked to " + System.getProperty(TEMPORARY) + " and to DJL's cache " + djlCache()
                + ", and loaded from there. Where such a folder is mounted noexec or cannot be written, name another with"
                + " LONGSTREAM_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER or DJL_CACHE_DIR=FOLDER";
    }

    private static String djlCache() {
        for (String name : List.of(ENGINE_CACHE, DJL_CACHE)) {
            String value = System.getenv().getOrDefault(name, System.getProperty(name, ""));
            if (!value.isEmpty()) {
                return value;
            }
        }
        return Path.of(System.getProperty(HOME), ".djl.ai").toString();
    }

    /** The home folder; null where there is none. Java says {@code ?} for a user without a name, whatever HOME is. */
    private static @Nullable Path home(Map<String, String> properties, Map<String, String> environment) {
        return Stream.of(properties.getOrDefault(HOME, ""), environment.getOrDefault("HOME", ""))
                .filter(folder -> folder.startsWith("/") && !folder.equals("/"))
                .map(Path::of)
                .findFirst()
                .orElse(null);
    }

    /** Longstream's folder beside other programs' caches; null where there is no place for one. */
    private static @Nullable Path caches(Map<String, String> environment, @Nullable Path home) {
        String folder = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (folder.startsWith("/")) {
            return Path.of(folder, "longstream");
        }
        return home == null ? null : home.resolve(".cache").resolve("longstream");
    }

    private static String userId() {
        try {
            return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return "user";
        }
    }

    /** Makes a folder; false where it cannot be made, or is somebody else's, who could put libraries there. */
    private static boolean make(Path folder) {
        try {
            Files.createDirectories(folder);
            return Files.isWritable(folder)
                    && String.valueOf(Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                            .equals(userId());
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
