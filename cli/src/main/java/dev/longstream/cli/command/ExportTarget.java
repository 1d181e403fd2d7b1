package dev.longstream.cli.command;

import dev.longstream.exports.answers.AnswerForm;
import dev.longstream.exports.tables.RowFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tools and formats that {@code longstream export} writes for. */
enum ExportTarget {
    TENSORBOARD(null, null),
    MLFLOW(null, null),
    PARQUET(RowFormat.PARQUET, null),
    JSONL(RowFormat.JSONL, null),
    TRL_SFT(null, AnswerForm.TRL_SFT),
    TRL_PREFERENCE(null, AnswerForm.TRL_PREFERENCE),
    VERL_SFT(null, AnswerForm.VERL_SFT),
    OPENRLHF_SFT(null, AnswerForm.OPENRLHF_SFT),
    OPENRLHF_PREFERENCE(null, AnswerForm.OPENRLHF_PREFERENCE);

    private final @Nullable RowFormat tables;
    private final @Nullable AnswerForm answers;

    ExportTarget(@Nullable RowFormat tables, @Nullable AnswerForm answers) {
        this.tables = tables;
        this.answers = answers;
    }

    /** Returns the format of tables; null if the target takes none. */
    @Nullable
    RowFormat tables() {
        return tables;
    }

    /** Returns the form of answers; null if the target takes none. */
    @Nullable
    AnswerForm answers() {
        return answers;
    }

    /** Returns the name on the command line, e.g. {@code trl-sft}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads names from the command line. */
    static final class FromLabel implements ITypeConverter<ExportTarget> {
        @Override
        public ExportTarget convert(String label) {
            return Stream.of(values())
                    .filter(target -> target.label().equalsIgnoreCase(label))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + label + "' is no format, expected "
                            + Stream.of(values()).map(ExportTarget::label).collect(Collectors.joining(", "))));
        }
    }

    /** Names for help and completion. */
    static final class Labels implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(values()).map(ExportTarget::label).iterator();
        }
    }
}
