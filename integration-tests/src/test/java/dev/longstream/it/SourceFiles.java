package dev.longstream.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Java files of all modules, for tests that check how they are written. */
final class SourceFiles {
    /** A module's folder of main code. */
    static final Path MAIN = Path.of("src", "main", "java");
    /** A module's folder of test code. */
    static final Path TEST = Path.of("src", "test", "java");

    private static final Path REPOSITORY = Path.of("..");

    private SourceFiles() {}

    /**
     * Returns the text of each Java file by its path, which is relative to the repository.
     *
     * @param folders {@link #MAIN}, {@link #TEST} or both
     */
    static Map<String, String> read(Path... folders) throws IOException {
        SortedMap<String, String> texts = new TreeMap<>();
        try (Stream<Path> modules = Files.list(REPOSITORY)) {
            for (Path module : modules.toList()) {
                for (Path folder : folders) {
                    if (Files.isDirectory(module.resolve(folder))) {
                        addJavaFiles(module.resolve(folder), texts);
                    }
                }
            }
        }
        return texts;
    }

    private static void addJavaFiles(Path folder, Map<String, String> texts) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                texts.put(REPOSITORY.relativize(file).toString(), Files.readString(file));
            }
        }
    }
}
