package dev.longstream.producers.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Files of questions, in any of the layouts known here, as prompts. */
public final class PromptFiles {
    private static final List<PromptFormat> FORMATS = List.of(
            new CanonicalFormat(),
            new LongBenchFormat(),
            new HotpotQaDistractorFormat(),
            new HotpotQaFormat(),
            new TatQaFormat(),
            new NaturalQuestionsFormat());
    /** Records that are looked at, at most, before a file is said to be in no known format. */
    private static final int RECORDS_BEFORE_GIVING_UP = 100;

    private PromptFiles() {}

    /** Names of the formats that can be asked for. */
    public static List<String> formats() {
        return FORMATS.stream().map(PromptFormat::name).toList();
    }

    /**
     * Reads every file to its end. A row that gives no prompt is refused with its line and reason and the rest goes on.
     *
     * @param format one of {@link #formats()}; null: recognised by content, file by file
     * @throws IllegalArgumentException when a format or a file's content is not known; says which are supported
     * @throws UncheckedIOException     when a file cannot be opened or read; names it
     */
    public static ImportReport read(List<Path> files, @Nullable String format) {
        @Nullable PromptFormat asked = format == null ? null : named(format);
        var collected = new Collected();
        Map<String, String> formatByFile = new LinkedHashMap<>();
        for (Path file : files) {
            String name = nameOf(file, files);
            formatByFile.put(
                    name, new FileReading(file, name, asked, collected).read().name());
        }
        return new ImportReport(
                List.copyOf(collected.prompts.values()), collected.refused, formatByFile, collected.repeatedByFile);
    }

    private static PromptFormat named(String name) {
        for (PromptFormat format : FORMATS) {
            if (format.name().equals(name)) {
                return format;
            }
        }
        throw new IllegalArgumentException(
                "unknown format \"" + name + "\", expected one of " + String.join(", ", formats()));
    }

    /** The file's own name, which moves with it; its whole path where two files share a name. */
    private static String nameOf(Path file, List<Path> files) {
        Path own = file.getFileName();
        boolean shared = own == null
                || files.stream()
                                .filter(other -> own.equals(other.getFileName()))
                                .count()
                        > 1;
        return shared ? file.toString() : own.toString();
    }

    /** Prompts of all files by id, and what became of the other rows. */
    private static final class Collected {
        final Map<String, ImportedPrompt> prompts = new LinkedHashMap<>();
        final List<RefusedRow> refused = new ArrayList<>();
        final Map<String, Integer> repeatedByFile = new LinkedHashMap<>();

        void add(ImportedPrompt prompt, String file) throws RefusedException {
            @Nullable ImportedPrompt earlier = prompts.putIfAbsent(prompt.id(), prompt);
            if (earlier == null) {
                return;
            }
            if (!withoutSource(earlier).equals(withoutSource(prompt))) {
                throw new RefusedException(
                        "id " + prompt.id() + " is that of another question, from " + earlier.source());
            }
            repeatedByFile.merge(file, 1, Integer::sum);
        }

        private static ImportedPrompt withoutSource(ImportedPrompt p) {
            return new ImportedPrompt(
                    p.id(),
                    p.task(),
                    p.kind(),
                    p.question(),
                    p.golds(),
                    p.options(),
                    p.documents(),
                    p.attributes(),
                    "");
        }
    }

    /** One file while it is read. */
    private static final class FileReading implements JsonRecords.Reader {
        private final Path file;
        private final String name;
        private final Collected collected;
        private final List<RefusedRow> beforeRecognised = new ArrayList<>();
        private @Nullable PromptFormat format;

        FileReading(Path file, String name, @Nullable PromptFormat asked, Collected collected) {
            this.file = file;
            this.name = name;
            this.format = asked;
            this.collected = collected;
        }

        PromptFormat read() {
            try {
                if (Files.isDirectory(file)) {
                    throw new IOException("it is a folder, expected a file");
                }
                JsonRecords.read(file, this);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read prompts from " + file + ": " + reason(e), e);
            }
            if (format == null) {
                String first = beforeRecognised.isEmpty()
                        ? "it holds no record"
                        : beforeRecognised.get(0).toString();
                throw new IllegalArgumentException(file + " is in no known format: " + first
                        + ". Supported, as JSON lines or one JSON list," + " compressed by gzip or not: "
                        + FORMATS.stream()
                                .map(f -> "\n  " + f.name() + ": " + f.layout())
                                .collect(Collectors.joining()));
            }
            return format;
        }

        @Override
        public boolean record(long line, JsonNode record) {
            if (format == null) {
                format = FORMATS.stream()
                        .filter(known -> known.recognises(record))
                        .findFirst()
                        .orElse(null);
                if (format == null) {
                    return broken(line, found(record) + " is a record of no known format");
                }
                collected.refused.addAll(beforeRecognised);
            }
            if (!format.recognises(record)) {
                return broken(
                        line,
                        found(record) + " is not a record of the format " + format.name() + ", expected "
                                + format.layout());
            }
            for (PromptFormat.Unread question : format.questions(record, new PromptFormat.Place(name, line))) {
                try {
                    collected.add(PromptChecks.checked(question.read()), name);
                } catch (RefusedException e) {
                    broken(line, e.getMessage());
                }
            }
            return true;
        }

        @Override
        public boolean broken(long line, @Nullable String reason) {
            List<RefusedRow> refused = format == null ? beforeRecognised : collected.refused;
            refused.add(new RefusedRow(name, line, String.valueOf(reason)));
            return format != null || refused.size() < RECORDS_BEFORE_GIVING_UP;
        }

        private static String found(JsonNode record) {
            return record.isObject()
                    ? "{" + String.join(", ", Fields.names(record)) + "}"
                    : String.valueOf(record.getNodeType());
        }

        private static String reason(IOException e) {
            return e instanceof NoSuchFileException ? "there is no such file" : String.valueOf(e.getMessage());
        }
    }
}
