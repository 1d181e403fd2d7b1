package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads files of questions, in any supported layout, into prompts. */
public final class PromptFiles {
    private static final List<PromptFormat> FORMATS = List.of(
            new CanonicalFormat(),
            new LongBenchFormat(),
            new HotpotQaDistractorFormat(),
            new HotpotQaFormat(),
            new TatQaFormat(),
            new NaturalQuestionsFormat(),
            new KeyValueFormat(),
            new MuSiQueFormat(),
            new NarrativeQaFormat(),
            new QasperFormat(),
            new DocMathFormat(),
            new FramesFormat(),
            new DocQaRlFormat(),
            new LEvalFormat(),
            new LCiteEvalFormat(),
            new LooGleFormat(),
            new BambooAltQaFormat(),
            new BambooPaperQaFormat(),
            new QualityFormat(),
            new FairytaleQaFormat(),
            new SquadFormat());
    /** Paths in a folder that may hold questions. */
    private static final Pattern READABLE = Pattern.compile(".*\\.(?:(?:json|jsonl|csv|tsv)(?:\\.gz)?|parquet)");
    /** Maximum of records that are tried before a file counts as being in no known format. */
    private static final int MAX_UNKNOWN_RECORDS = 100;

    private PromptFiles() {}

    /** Returns the names of the formats that {@link #read} accepts. */
    public static List<String> formats() {
        return FORMATS.stream().map(PromptFormat::name).toList();
    }

    /**
     * Reads all files and returns their prompts, with the rows that gave none.
     *
     * <p>A row that gives no prompt is reported with its line and reason; reading continues. A folder stands for the
     * tables, JSON and Parquet files below it, sorted by path. A file of a folder in no known format is reported
     * instead of thrown, and a file that accompanies others, such as a story of its questions, is skipped.
     *
     * @param files files or folders
     * @param format one of {@link #formats()}; null recognises the format of each file by its content
     * @throws IllegalArgumentException if the format is unknown or no format recognises a file; lists the supported
     *     ones
     * @throws UncheckedIOException if a file cannot be opened or read; names it
     */
    public static ImportReport read(List<Path> files, @Nullable String format) {
        PromptFormat given = format == null ? null : named(format);
        Collected collected = new Collected();
        Map<String, String> formatByFile = new LinkedHashMap<>();
        List<Path> expanded = expanded(files);
        for (Path file : expanded) {
            String name = nameOf(file, expanded);
            FileReading reading = new FileReading(file, name, given, collected);
            PromptFormat found = files.contains(file) ? reading.read() : reading.readIfKnown();
            if (found != null) {
                formatByFile.put(name, found.name());
            }
        }
        return new ImportReport(
                List.copyOf(collected.prompts.values()), collected.refused, formatByFile, collected.repeatedByFile);
    }

    private static List<Path> expanded(List<Path> files) {
        List<Path> expanded = new ArrayList<>();
        for (Path file : files) {
            if (!Files.isDirectory(file)) {
                expanded.add(file);
                continue;
            }
            try (Stream<Path> below = Files.walk(file)) {
                List<Path> found = below.filter(Files::isRegularFile)
                        .filter(path -> READABLE.matcher(path.toString()).matches())
                        .sorted()
                        .toList();
                if (found.isEmpty()) {
                    throw new IllegalArgumentException(
                            "the folder " + file + " contains no questions, expected files that end in .json, .jsonl,"
                                    + " .csv or .tsv"
                                    + " (or one of these and .gz), or in .parquet");
                }
                expanded.addAll(found);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the folder " + file + ": " + e.getMessage(), e);
            }
        }
        return expanded;
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

    /**
     * Returns the file's name, or its whole path if two files share the name. The name stays valid when the folder
     * moves.
     */
    private static String nameOf(Path file, List<Path> files) {
        Path own = file.getFileName();
        boolean shared = own == null
                || files.stream()
                                .filter(other -> own.equals(other.getFileName()))
                                .count()
                        > 1;
        return shared ? file.toString() : own.toString();
    }

    /** Collects the prompts of all files by id, the refused rows and the repeated ones. */
    private static final class Collected {
        final Map<String, ImportedPrompt> prompts = new LinkedHashMap<>();
        final List<RefusedRow> refused = new ArrayList<>();
        final Map<String, Integer> repeatedByFile = new LinkedHashMap<>();
        /** Canonical copies, so that a text is in memory once, however many questions share it. */
        private final Map<DocumentText, DocumentText> documents = new HashMap<>();

        void add(ImportedPrompt read, String file) throws RefusedException {
            ImportedPrompt prompt = withKnownDocuments(read);
            ImportedPrompt earlier = prompts.putIfAbsent(prompt.id(), prompt);
            if (earlier == null) {
                return;
            }
            if (!withoutSource(earlier).equals(withoutSource(prompt))) {
                throw new RefusedException(
                        "id " + prompt.id() + " belongs to another question already, from " + earlier.source());
            }
            repeatedByFile.merge(file, 1, Integer::sum);
        }

        private static ImportedPrompt withoutSource(ImportedPrompt p) {
            return copy(p, p.documents(), "");
        }

        private ImportedPrompt withKnownDocuments(ImportedPrompt p) {
            List<DocumentText> known = p.documents().stream()
                    .map(document -> documents.computeIfAbsent(document, own -> own))
                    .toList();
            return copy(p, known, p.source());
        }

        private static ImportedPrompt copy(ImportedPrompt p, List<DocumentText> documents, String source) {
            return new ImportedPrompt(
                    p.id(),
                    p.task(),
                    p.kind(),
                    p.question(),
                    p.golds(),
                    p.options(),
                    documents,
                    p.attributes(),
                    source);
        }
    }

    /** Reads one file: finds its format at the first record that one recognises, then collects its prompts. */
    private static final class FileReading implements FileRecords.RecordReader {
        private final Path file;
        private final String name;
        private final Collected collected;
        private final List<RefusedRow> beforeRecognised = new ArrayList<>();
        private @Nullable PromptFormat format;
        private boolean accompanies;

        FileReading(Path file, String name, @Nullable PromptFormat given, Collected collected) {
            this.file = file;
            this.name = name;
            this.format = given;
            this.collected = collected;
        }

        /**
         * Reads the file and returns its format. Returns null if no format recognises it (reported) or it accompanies
         * others.
         */
        @Nullable
        PromptFormat readIfKnown() {
            readRecords();
            if (format == null && !accompanies) {
                collected.refused.add(new RefusedRow(name, 1, "the file is in no known format: " + first()));
            }
            return format;
        }

        private void readRecords() {
            try {
                FileRecords.read(file, this);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read prompts from " + file + ": " + reason(e), e);
            }
        }

        private String first() {
            return beforeRecognised.isEmpty()
                    ? "it contains no record"
                    : beforeRecognised.get(0).toString();
        }

        PromptFormat read() {
            readRecords();
            if (format == null) {
                throw new IllegalArgumentException(file + " is in no known format: " + first()
                        + ". Supported formats, as JSON lines, one JSON list or object, a table (each also as .gz),"
                        + " or Parquet: "
                        + FORMATS.stream()
                                .map(f -> "\n  " + f.name() + ": " + f.layout())
                                .collect(Collectors.joining()));
            }
            return format;
        }

        @Override
        public boolean record(long line, JsonNode record) {
            if (format == null) {
                accompanies |= FORMATS.stream().anyMatch(known -> known.accompanies(record));
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
            for (PromptFormat.Unread question :
                    format.questions(record, new PromptFormat.SourcePlace(file, name, line))) {
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
            return format != null || refused.size() < MAX_UNKNOWN_RECORDS;
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
