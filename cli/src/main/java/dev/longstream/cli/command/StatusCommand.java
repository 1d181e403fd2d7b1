package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.folder.PublishedQuestions;
import dev.longstream.runs.judges.Judges;
import dev.longstream.runs.letters.Letter;
import dev.longstream.runs.letters.Letters;
import dev.longstream.runs.log.EndOffsets;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.log.Promotion;
import dev.longstream.runs.report.JudgeReport;
import dev.longstream.runs.shadows.ShadowState;
import dev.longstream.runs.watch.StepSummary;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

@Command(
        name = "status",
        description = "Says how far a run is: steps, phase, rewards, evaluations, what is on its topics.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream status",
            "  watch -n 5 longstream status try-2",
            "  longstream status --json | jq .version"
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.UNREACHABLE})
final class StatusCommand extends CommandBase {
    @Mixin
    private final StartedRun run = new StartedRun();

    @Override
    ExitCode execute() {
        RunConfig config = run.load(err()).config();
        try (LogConnection open = LogConnection.existing(config);
                Admin admin = open.log().admin()) {
            Map<String, Object> status = status(open.log(), admin, config);
            print(status, lines(status));
            return ExitCode.DONE;
        }
    }

    private static Map<String, Object> status(EventLog log, Admin admin, RunConfig config) {
        Topics topics = log.topics();
        StepSummary summary = new StepSummary(config.totalSteps());
        TopicReader.readAll(log, topics.steps(), record -> summary.add(record.value()));
        Map<String, String> evaluations = new LinkedHashMap<>();
        TopicReader.readAll(
                log,
                topics.evaluations(),
                record -> evaluations.put(
                        record.value().getLabel(),
                        String.format(
                                Locale.ROOT,
                                "%.3f ± %.3f",
                                record.value().getReward(),
                                record.value().getStandardError())));
        List<String> commands = new ArrayList<>();
        TopicReader.readAll(log, topics.control(), record -> {
            if (record.value().getPruned() != null) {
                commands.removeIf(command -> command.contains(" PRUNED by "));
            }
            commands.add(record.value().getAt() + " "
                    + record.value().getCommand() + " by " + record.value().getWho() + ": "
                    + record.value().getWhy());
        });
        Map<String, Object> ends = new LinkedHashMap<>();
        EndOffsets.of(log, admin).forEach(end -> ends.put(end.topic().name(), end.total()));
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("run", topics.run());
        status.put("broker", log.address().bootstrapServers());
        status.put("registry", log.address().registryUrl());
        status.put("version", summary.version());
        status.put("steps", config.totalSteps());
        status.put("lately", summary.words());
        status.put("evaluations", evaluations);
        status.put("control", commands);
        status.put("judge", JSON.convertValue(JudgeReport.of(log, Judges.latestCheck(config)), Map.class));
        status.put("deadLetters", deadLetters(log));
        Map<String, ShadowState> shadows = ShadowState.of(log);
        if (!shadows.isEmpty()) {
            status.put("shadows", JSON.convertValue(shadows, Map.class));
        }
        List<Promotion> promotions = Promotion.of(log);
        if (!promotions.isEmpty()) {
            status.put("promotions", promotions.stream().map(Promotion::words).toList());
        }
        status.put("endOffsets", ends);
        PublishedQuestions.in(config.folder()).ifPresent(questions -> status.put("questions", questions.splits()));
        return status;
    }

    private static Map<String, Object> deadLetters(EventLog log) {
        List<Letter> letters = Letters.of(log);
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("refused", letters.size());
        counts.put(
                "put back",
                letters.stream().filter(letter -> letter.putBack().isPresent()).count());
        return counts;
    }

    private static List<String> lines(Map<String, Object> status) {
        List<String> lines = new ArrayList<>();
        lines.add("Run " + status.get("run") + " on " + status.get("broker") + ", registry " + status.get("registry"));
        lines.add(
                "Policy version " + status.get("version") + " of " + status.get("steps") + "  " + status.get("lately"));
        for (String part : List.of(
                "questions", "evaluations", "control", "judge", "deadLetters", "shadows", "promotions", "endOffsets")) {
            if (!status.containsKey(part)) {
                continue; // questions of a run that another folder published; no shadows or promotions
            }
            lines.add(part + ":");
            if (status.get(part) instanceof Map<?, ?> map) {
                map.forEach((name, value) -> lines.add(String.format(Locale.ROOT, "  %-36s %s", name, value)));
            } else if (status.get(part) instanceof List<?> list) {
                list.forEach(item -> lines.add("  " + item));
            }
        }
        return lines;
    }
}
