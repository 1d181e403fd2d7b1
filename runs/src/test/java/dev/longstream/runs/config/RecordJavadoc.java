package dev.longstream.runs.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Javadoc of a record as Markdown, read from its source file.
 *
 * @param description text before the first tag
 * @param components component's name to the text of its {@code @param}
 */
record RecordJavadoc(String description, Map<String, String> components) {
    private static final Pattern TAG = Pattern.compile("(?m)^@");
    private static final Pattern PARAMETER = Pattern.compile("(?s)param\\s+(\\w+)\\s+(.*)");
    private static final Path REPOSITORY = Path.of("..");

    /** Reads the source of a record, wherever in the repository its module is. */
    static RecordJavadoc of(Class<?> type) {
        String source = source(type);
        Matcher declaration = Pattern.compile("\\brecord\\s+" + type.getSimpleName() + "\\s*\\(")
                .matcher(source);
        if (!declaration.find()) {
            throw new IllegalStateException("The source of " + type.getName() + " declares no such record");
        }
        int end = source.lastIndexOf("*/", declaration.start());
        int start = source.lastIndexOf("/**", end);
        boolean isOwn =
                end >= 0 && source.substring(end + 2, declaration.start()).matches("(?s)[^;{}]*");
        return isOwn ? parse(source.substring(start + 3, end)) : new RecordJavadoc("", Map.of());
    }

    private static RecordJavadoc parse(String comment) {
        String text = comment.replaceAll("(?m)^\\s*\\*? ?", "").strip();
        String[] parts = TAG.split(text);
        Map<String, String> components = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            Matcher parameter = PARAMETER.matcher(parts[i]);
            if (parameter.matches()) {
                components.put(parameter.group(1), markdown(parameter.group(2)));
            }
        }
        return new RecordJavadoc(markdown(parts[0]), components);
    }

    private static String markdown(String javadoc) {
        return javadoc.replaceAll("(?s)<pre>.*?</pre>", "")
                .replaceAll("\\s+", " ") // a tag such as {@code x} may be broken over two lines
                .replaceAll("(?s)\\{@(?:code|literal) ((?:[^{}]|\\{(?:[^{}]|\\{[^{}]*})*})*)}", "`$1`")
                .replaceAll("\\{@link(?:plain)? #?([^{}]*)}", "`$1`")
                .replaceAll("</?[a-z]+>", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&")
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static String source(Class<?> type) {
        Class<?> outer = type;
        while (outer.getEnclosingClass() != null) {
            outer = outer.getEnclosingClass();
        }
        Path inModule = Path.of("src", "main", "java").resolve(outer.getName().replace('.', '/') + ".java");
        try (Stream<Path> modules = Files.list(REPOSITORY)) {
            Path file = modules.map(module -> module.resolve(inModule))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("No module has the source of " + type.getName()));
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
