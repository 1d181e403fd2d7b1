package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.EventLog;
import dev.longstream.record.RecordRef;
import dev.longstream.runs.letters.Letter;
import dev.longstream.runs.letters.LetterText;
import dev.longstream.runs.letters.Letters;
import dev.longstream.runs.letters.PutBack;
import dev.longstream.runs.log.LogConnection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

@Command(
        name = "dead-letters",
        description = "Lists the records that stages refused, shows one, and puts a repaired one back on its topic.",
        subcommands = {
            DeadLettersCommand.ListAll.class,
            DeadLettersCommand.Show.class,
            DeadLettersCommand.PutRecordBack.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream dead-letters list",
            "  longstream dead-letters show --offset 3 > record.json",
            "  longstream dead-letters put-back --offset 3 --file record.json"
        })
final class DeadLettersCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command, expected list, show or put-back");
    }

    private static Map<String, Object> facts(EventLog log, Letter letter) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("offset", letter.offset());
        facts.put("stage", letter.refusal().getStage());
        facts.put(
                "topic",
                letter.refusal().getTopic().replaceFirst("^" + log.topics().name(""), ""));
        facts.put("partition", letter.refusal().getPartition());
        facts.put("topicOffset", letter.refusal().getOffset());
        facts.put("key", letter.key());
        facts.put("at", letter.refusal().getAt().toString());
        facts.put("reason", letter.refusal().getReason());
        letter.putBack().ifPresent(place -> facts.put("putBack", place.getPartition() + ":" + place.getOffset()));
        return facts;
    }

    @Command(
            name = "list",
            description = "Lists the records that stages refused, with topic, partition, offset and reason.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  longstream dead-letters list",
                "  longstream dead-letters list --json | jq '.[] | select(.putBack == null)'"
            })
    @AlsoEndsWith({ExitCode.IN_USE, ExitCode.UNREACHABLE})
    static final class ListAll extends CommandBase {
        @Mixin
        private final StartedRun run = new StartedRun();

        @Override
        ExitCode execute() {
            try (LogConnection open = LogConnection.existing(run.load(err()).config())) {
                List<Map<String, Object>> all = new ArrayList<>();
                List<String> lines = new ArrayList<>();
                for (Letter letter : Letters.of(open.log())) {
                    Map<String, Object> facts = facts(open.log(), letter);
                    all.add(facts);
                    lines.add(facts.get("offset") + "  " + facts.get("topic") + " " + facts.get("partition") + ":"
                            + facts.get("topicOffset") + "  key '" + facts.get("key") + "'  refused by "
                            + facts.get("stage") + ": " + facts.get("reason")
                            + (facts.containsKey("putBack") ? "  (put back at " + facts.get("putBack") + ")" : ""));
                }
                print(all, lines.isEmpty() ? List.of("No record was refused.") : lines);
                return ExitCode.DONE;
            }
        }
    }

    @Command(
            name = "show",
            description = {
                "Prints a refused record as JSON, which can be repaired and put back.",
                "Bytes that are no record of the topic are printed in hexadecimal."
            },
            footerHeading = "%nExamples:%n",
            footer = {"  longstream dead-letters show --offset 3 > record.json"})
    @AlsoEndsWith({ExitCode.IN_USE, ExitCode.UNREACHABLE})
    static final class Show extends CommandBase {
        @Mixin
        private final StartedRun run = new StartedRun();

        @Option(
                names = "--offset",
                paramLabel = "N",
                required = true,
                description = "Offset in dead-letters, the first column of 'dead-letters list'.")
        private long offset;

        @Override
        ExitCode execute() {
            try (LogConnection open = LogConnection.existing(run.load(err()).config())) {
                Letter letter = Letters.at(open.log(), offset);
                out().println(LetterText.json(open.log(), letter).orElseGet(() -> LetterText.hexadecimal(letter)));
                return ExitCode.DONE;
            }
        }
    }

    @Command(
            name = "put-back",
            description = {
                "Publishes a refused record to its topic again, repaired or as it was; each one once.",
                "The run continues with it. The note that it was put back is written to dead-letters."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  longstream dead-letters put-back --offset 3                       # after the cause is mended",
                "  longstream dead-letters put-back --offset 3 --file record.json    # a repaired record",
                "",
                "The file is JSON as 'dead-letters show' or 'inspect TOPIC --full --json' prints it."
            })
    @AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.UNREACHABLE})
    static final class PutRecordBack extends CommandBase {
        @Mixin
        private final StartedRun run = new StartedRun();

        @Option(
                names = "--offset",
                paramLabel = "N",
                required = true,
                description = "Offset in dead-letters, the first column of 'dead-letters list'.")
        private long offset;

        @Option(names = "--file", paramLabel = "FILE", description = "Repaired record, as JSON (default: as it was).")
        private @Nullable Path file;

        @Option(
                names = "--key",
                paramLabel = "KEY",
                description = "Key of the record, e.g. the group id of a trajectory (default: the key that it had).")
        private @Nullable String key;

        @Override
        ExitCode execute() {
            String json = file == null ? null : read(file);
            try (LogConnection open = LogConnection.existing(run.load(err()).config())) {
                RecordRef place = new PutBack(open.log()).publish(offset, json, key);
                print(
                        Map.of("offset", offset, "partition", place.getPartition(), "topicOffset", place.getOffset()),
                        List.of("The record of offset " + offset + " was put back, at partition " + place.getPartition()
                                + ", offset " + place.getOffset() + "."));
                return ExitCode.DONE;
            }
        }

        private static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UnusableInputException(file + " cannot be read: " + e, e);
            }
        }
    }
}
