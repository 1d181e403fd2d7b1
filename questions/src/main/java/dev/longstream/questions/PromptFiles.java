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

/** Files of questions, in any of the layouts known here, as prompts. */
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
    /** Files of a folder that may hold questions. */
    private static final Pattern READABLE = Pattern.compile(".*\\.(?:(?:json|jsonl|csv|tsv)(?:\\.gz)?|parquet)");
    /** Records that are looked at, at most, before a file is said to be in no known format. */
    private static final int RECORDS_BEFORE_GIVING_UP = 100;

    private PromptFiles() {}

    /** Names of the formats that can be asked for. */
    public static List<String> formats() {
        return FORMATS.stream().map(PromptFormat::name).toList();
    }

    /**
     * Reads every file to its end. A row that gives no prompt is refused with its line and reason and the rest goes on. A folder
     * stands for the tables, JSON and Parquet files in it and below it, in the order of their paths; of these, one in no known format is
     * refused, and one that accompanies others is passed over.
     *
     * @param format one of {@link #formats()}; null: recognised by content, file by file
     * @throws IllegalArgumentException when a format or a file's content is not known; says which are supported
     * @throws UncheckedIOException     when a file cannot be opened or read; names it
     */
    public static ImportReport read(List<Path> files, @Nullable String format) {
        @Nullable PromptFormat asked = format == null ? null : named(format);
        var collected = new Collected();
        Map<String, String> formatByFile = new LinkedHashMap<>();
        List<Path> expanded = expanded(files);
        for (Path file : expanded) {
            String name = nameOf(file, expanded);
            FileReading reading = new FileReading(file, name, asked, collected);
            @Nullable PromptFormat found = files.contains(file) ? reading.read() : reading.readIfKnown();
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
                            file
                                    + " is a folder in which no file ends in .json, .jsonl, .csv, .tsv or .gz of these, or in .parquet");
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
        /** One copy of a text, however many questions are asked about it. */
        private final Map<DocumentText, DocumentText> documents = new HashMap<>();

        void add(ImportedPrompt read, String file) throws RefusedException {
            ImportedPrompt prompt = withKnownDocuments(read);
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

    /** One file while it is read. */
    private static final class FileReading implements FileRecords.RecordReader {
        private final Path file;
        private final String name;
        private final Collected collected;
        private final List<RefusedRow> beforeRecognised = new ArrayList<>();
        private @Nullable PromptFormat format;
        private boolean accompanies;

        FileReading(Path file, String name, @Nullable PromptFormat asked, Collected collected) {
            this.file = file;
            this.name = name;
            this.format = asked;
            this.collected = collected;
        }

        /** The format it was read in; null: none that is known, which is noted, or it only accompanies others. */
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
                    ? "it holds no record"
                    : beforeRecognised.get(0).toString();
        }

        PromptFormat read() {
            readRecords();
            if (format == null) {
                throw new IllegalArgumentException(file + " is in no known format: " + first()
                        + ". Supported, as JSON lines, one JSON list or object, or a table, compressed by gzip or not, or as Parquet: "
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
