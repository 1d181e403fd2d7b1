package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.runs.log.LogConnection;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

@Command(
        name = "control",
        description = "Tells a run's curriculum what to do; it is written to the log with who and why.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream control pause --why 'looking at the answers'",
            "  longstream control resume",
            "  longstream control advance --why 'phase I has learnt what it can'   # on to the next phase",
            "  longstream control rollback --for 5    # the phase before goes on for 5 of the steps that are left",
            "  longstream control stop                # admits nothing more"
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.UNREACHABLE})
final class ControlCommandLine extends CommandBase {
    /** What can be asked. */
    enum Ask {
        advance,
        pause,
        resume,
        rollback,
        stop
    }

    @Mixin
    private final RunOptions options = new RunOptions();

    @Parameters(paramLabel = "COMMAND", description = "One of ${COMPLETION-CANDIDATES}.")
    private Ask ask = Ask.pause;

    @Option(
            names = "--why",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Reason, for whoever reads the log later.")
    private String why = "";

    @Option(
            names = "--who",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who asks (default: the user).")
    private String who = "";

    @Option(
            names = "--for",
            paramLabel = "STEPS",
            description = "rollback only: gradient steps that the earlier phase gets (default: as many as it had).")
    @Nullable
    private Integer steps;

    @Override
    ExitCode execute() throws InterruptedException {
        if (steps != null && ask != Ask.rollback) {
            throw new WrongUseException("--for belongs to rollback, not to " + ask.name());
        }
        try (LogConnection open =
                LogConnection.existing(options.loadStarted(err()).config())) {
            Control control = Control.newBuilder()
                    .setCommand(ControlCommand.valueOf(ask.name().toUpperCase(java.util.Locale.ROOT)))
                    .setWho(who)
                    .setWhy(why)
                    .setAt(Instant.now())
                    .setSteps(steps)
                    .build();
            long offset = send(open.log(), control);
            print(
                    Map.of("command", ask.name(), "who", who, "why", why, "offset", offset),
                    List.of(ask.name() + " is on the log at offset " + offset + " of "
                            + open.log().topics().control().name()));
            return ExitCode.DONE;
        }
    }

    private static long send(EventLog log, Control control) throws InterruptedException {
        String topic = log.topics().control().name();
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            return producer.send(new ProducerRecord<>(topic, log.topics().run(), control))
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            throw new UnreachableException("The command could not be written to " + topic + ": " + e.getMessage(), e);
        }
    }
}
