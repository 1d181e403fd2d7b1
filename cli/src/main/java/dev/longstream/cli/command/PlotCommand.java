package dev.longstream.cli.command;

import dev.longstream.charts.SvgFile;
import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Step;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.report.BehaviourReport;
import dev.longstream.runs.report.Dynamics;
import dev.longstream.runs.report.Reports;
import dev.longstream.runs.report.RunReport;
import dev.longstream.runs.report.SampledGroups;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

@Command(
        name = "plot",
        description =
                "Draws reward, entropy, KL and answer length over the steps of runs, side by side, as one SVG picture;"
                        + " and reasoning behaviours of whole runs, where 'longstream behaviours' has counted them.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream plot                                              # plot.svg of the latest run",
            "  longstream plot short-only long-only --out short-long.svg    # two runs in one picture",
            "  longstream plot quickstart --by length                       # a curve a range of input lengths",
            "  longstream plot quickstart --by phase --json | jq keys"
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.UNREACHABLE})
final class PlotCommand extends CommandBase {
    @Parameters(
            paramLabel = "RUN",
            arity = "0..*",
            description = "Runs of one folder, or of one cluster (default: the run under way, or else the newest).")
    private List<String> runs = List.of();

    @Option(names = "--by", paramLabel = "PART", description = "A curve for each run, phase or (input) length.")
    private Dynamics.By by = Dynamics.By.RUN;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where the picture goes; plot.svg where nothing is said.")
    private Path out = Path.of("plot.svg");

    @Mixin
    private final RunOptions options = new RunOptions();

    @Override
    ExitCode execute() throws InterruptedException {
        RunConfig config = (runs.isEmpty() ? options.loadStarted(err()) : options.load()).config();
        if (runs.isEmpty()) {
            runs = List.of(config.run());
        }
        Map<String, Dynamics.RunRecords> records = new LinkedHashMap<>();
        try (LogConnection open = LogConnection.existing(config);
                Admin admin = open.log().admin()) {
            Set<String> topics = names(admin);
            for (String run : runs) {
                records.put(run, records(open.log(), run, topics));
            }
        }
        Map<String, List<Dynamics.At>> curves = Dynamics.curves(records, by);
        if (curves.values().stream().allMatch(Collection::isEmpty)) {
            throw new UnusableInputException(
                    "No gradient step of " + String.join(", ", runs) + " says anything to draw");
        }
        SvgFile.write(out, Dynamics.svg(String.join(", ", runs), curves, behaviours(config)));
        print(curves, List.of(curves.size() + " curves of " + runs.size() + " runs in " + out));
        return ExitCode.DONE;
    }

    /**
     * Returns the behaviours of each run, by step; empty for curves by input length, since behaviours are not counted
     * by length.
     */
    private Map<String, List<BehaviourReport.AtStep>> behaviours(RunConfig config) {
        Map<String, List<BehaviourReport.AtStep>> counted = new LinkedHashMap<>();
        if (by == Dynamics.By.RUN) {
            for (String run : runs) {
                Reports.in(config.dir().resolve(run))
                        .map(RunReport::behaviours)
                        .ifPresent(behaviours -> counted.put(run, behaviours.byStep()));
            }
        }
        return counted;
    }

    private static Set<String> names(Admin admin) throws InterruptedException {
        try {
            return admin.listTopics().names().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The broker does not say which topics it has", e.getCause());
        }
    }

    private static Dynamics.RunRecords records(EventLog log, String run, Set<String> known) {
        EventLog own = log.ofRun(run);
        if (!known.contains(own.topics().steps().name())) {
            throw new WrongUseException("There is no run " + run + ": the broker has no topic "
                    + own.topics().steps().name());
        }
        Map<Long, Step> byVersion = new TreeMap<>();
        TopicReader.readAll(
                own,
                own.topics().steps(),
                record -> byVersion.put(record.value().getVersion(), record.value()));
        return new Dynamics.RunRecords(List.copyOf(byVersion.values()), SampledGroups.of(own));
    }
}
