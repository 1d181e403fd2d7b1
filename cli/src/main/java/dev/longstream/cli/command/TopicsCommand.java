package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.log.ShadowsOnLog;
import dev.longstream.runs.log.EndOffsets;
import dev.longstream.runs.log.EndOffsets.TopicEnd;
import dev.longstream.runs.log.LogConnection;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

@Command(
        name = "topics",
        description =
                "Lists a run's topics in the order of the data flow, and those of its shadows, with record type, key and end"
                        + " offsets.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream topics",
            "  longstream topics quickstart --bootstrap broker:9092 --registry http://registry:8081",
            "",
            "Offsets include transaction markers; 'longstream inspect TOPIC' shows records."
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.UNREACHABLE})
final class TopicsCommand extends CommandBase {
    @Mixin
    private final StartedRun run = new StartedRun();

    @Override
    ExitCode execute() {
        try (LogConnection open = LogConnection.existing(run.load(err()).config());
                Admin admin = open.log().admin()) {
            List<TopicEnd> ends = new ArrayList<>(EndOffsets.of(open.log(), admin));
            for (String shadow : ShadowsOnLog.of(open.log())) {
                ends.addAll(EndOffsets.of(open.log().ofShadow(shadow), admin));
            }
            print(ends.stream().map(TopicsCommand::json).toList(), table(ends));
            return ExitCode.DONE;
        }
    }

    private static Map<String, Object> json(TopicEnd end) {
        Map<String, Object> topic = new LinkedHashMap<>();
        topic.put("name", end.topic().name());
        topic.put("value", end.topic().value().getSimpleName());
        topic.put("key", end.topic().key());
        topic.put("partitions", end.topic().partitions());
        topic.put("cleanup", cleanup(end));
        topic.put("exists", !end.ends().isEmpty());
        topic.put("endOffsets", end.ends());
        return topic;
    }

    private static List<String> table(List<TopicEnd> ends) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-32s %-18s %-18s %10s  %-8s %s",
                "topic",
                "record",
                "key",
                "partitions",
                "cleanup",
                "end offsets"));
        for (TopicEnd end : ends) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-32s %-18s %-18s %10d  %-8s %s",
                    end.topic().name(),
                    end.topic().value().getSimpleName(),
                    end.topic().key(),
                    end.topic().partitions(),
                    cleanup(end),
                    end.ends().isEmpty() ? "(missing)" : end.ends()));
        }
        return lines;
    }

    private static String cleanup(TopicEnd end) {
        return end.topic().cleanup().name().toLowerCase(Locale.ROOT);
    }
}
