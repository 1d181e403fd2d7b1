package dev.longstream.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.RawTopic;
import dev.longstream.log.RawTopic.Raw;
import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import dev.longstream.runs.log.LogConnection;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.stream.Collectors;

@Command(
        name = "inspect",
        description = "Prints records of a topic, readable.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream inspect steps --last 3",
            "  longstream inspect trajectories --key 'gen-17@42'      # the answers of one group",
            "  longstream inspect groups.rejected --json | jq .value.verdict",
            "  longstream inspect dead-letters",
            "",
            "Long texts and lists are shortened; --full prints them whole. --json prints one record a line."
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.UNREACHABLE})
final class InspectCommand extends CommandBase {
    @Mixin
    private final RunOptions options = new RunOptions();

    @Parameters(
            paramLabel = "TOPIC",
            description = "Name of a topic without the run's prefix, e.g. steps; 'longstream topics' lists them.")
    private String topic = "";

    @Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many, the newest (default ${DEFAULT-VALUE}); 0: all.")
    private int last;

    @Option(names = "--key", paramLabel = "KEY", description = "Only records with this key.")
    private @Nullable String key;

    @Option(names = "--full", description = "Shorten nothing.")
    private boolean full;

    @Override
    ExitCode execute() {
        try (LogConnection open =
                LogConnection.existing(options.loadStarted(err()).config())) {
            show(open.log(), find(open.log().topics(), topic));
            return ExitCode.DONE;
        }
    }

    static Topic<? extends SpecificRecord> find(Topics topics, String name) {
        return topics.named(name)
                .or(() -> topics.named(topics.name(name)))
                .orElseThrow(() -> new WrongUseException("There is no topic '" + name + "'; a run has "
                        + topics.all().stream().map(topics::shortName).collect(Collectors.joining(", "))
                        + ", and of a shadow scored.NAME, judge-requests.NAME, verdicts.NAME, dead-letters.NAME"));
    }

    private <V extends SpecificRecord> void show(EventLog log, Topic<V> of) {
        Deque<Raw<V>> kept = new ArrayDeque<>();
        try (RawTopic<V> reader = new RawTopic<>(log, of)) {
            if (last > 0 && key == null) {
                reader.seekToLast(4L * last); // markers of transactions lie between
            }
            reader.readToEnd(record -> {
                if (key == null || key.equals(record.key())) {
                    if (last == 0) {
                        print(record);
                        return;
                    }
                    kept.add(record);
                    if (kept.size() > last) {
                        kept.removeFirst();
                    }
                }
            });
        }
        kept.forEach(this::print);
    }

    private void print(Raw<? extends SpecificRecord> record) {
        try {
            ObjectNode shown = JSON.createObjectNode();
            shown.put("partition", record.partition());
            shown.put("offset", record.offset());
            shown.put("key", record.key());
            shown.put("at", Instant.ofEpochMilli(record.timestamp()).toString());
            shown.put("bytes", record.bytes());
            if (record.value().isPresent()) {
                JsonNode value = JSON.readTree(record.value().get().toString());
                shown.set("value", full ? value : Shortened.of(value));
            } else {
                shown.put("problem", record.problem());
            }
            if (json()) {
                out().println(shown.toString());
            } else {
                readable(record, shown);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Avro's text of a record is no JSON", e);
        }
    }

    private void readable(Raw<?> record, ObjectNode shown) {
        out().println("── " + record.partition() + ":" + record.offset() + "  "
                + shown.path("at").asText() + "  key " + record.key() + "  " + record.bytes() + " bytes");
        if (!record.problem().isEmpty()) {
            out().println("   cannot be read: " + record.problem());
        }
        for (Iterator<String> names = shown.path("value").fieldNames(); names.hasNext(); ) {
            String name = names.next();
            JsonNode value = shown.path("value").path(name);
            out().println("   " + name + ": " + (value.isTextual() ? value.asText() : value.toString()));
        }
    }
}
