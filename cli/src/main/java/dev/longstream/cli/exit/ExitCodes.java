package dev.longstream.cli.exit;

import dev.longstream.config.ConfigurationException;
import dev.longstream.endpoints.PortInUseException;
import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.LogException;
import dev.longstream.log.rights.Denials;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.model.MemoryShortage;
import dev.longstream.registry.SchemaRegistryException;
import dev.longstream.runs.failure.DiskSpaceException;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.failure.RoleFailedException;
import dev.longstream.runs.failure.RunFolderConflictException;
import dev.longstream.runs.failure.RunFolderInUseException;
import dev.longstream.runs.failure.RunStalledException;
import dev.longstream.stack.failure.StackException;
import org.apache.kafka.common.errors.RecordTooLargeException;

import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.function.Predicate;

/** Maps exceptions to exit codes, in one table. */
public final class ExitCodes {
    /** Rows of the table. The first match decides, so special cases precede plain exception classes. */
    private static final List<Row> ROWS = List.of(
            new Row(failure -> MemoryShortage.in(failure).isPresent(), ExitCode.OUT_OF_MEMORY),
            new Row(failure -> failure.getCause() instanceof RecordTooLargeException, ExitCode.BAD_DATA),
            new Row(failure -> Denials.behind(failure) != null, ExitCode.DENIED),
            Row.of(InterruptedRunException.class, ExitCode.INTERRUPTED),
            Row.of(DiskSpaceException.class, ExitCode.DISK_FULL),
            Row.of(RunStalledException.class, ExitCode.STALLED),
            Row.of(RoleFailedException.class, ExitCode.FAILED),
            Row.of(RunFolderInUseException.class, ExitCode.IN_USE),
            Row.of(RunFolderConflictException.class, ExitCode.IN_USE),
            Row.of(StackException.class, ExitCode.IN_USE),
            Row.of(PortInUseException.class, ExitCode.IN_USE),
            Row.of(SchemaRegistryException.class, ExitCode.IN_USE),
            Row.of(WrongUseException.class, ExitCode.WRONG_USE),
            Row.of(ConfigurationException.class, ExitCode.WRONG_USE),
            Row.of(InvalidPathException.class, ExitCode.WRONG_USE),
            Row.of(UnusableInputException.class, ExitCode.BAD_DATA),
            Row.of(PolicyFolderException.class, ExitCode.BAD_DATA),
            Row.of(UnreachableException.class, ExitCode.UNREACHABLE),
            Row.of(LogException.class, ExitCode.UNREACHABLE));

    private ExitCodes() {}

    private record Row(Predicate<Throwable> matches, ExitCode exit) {
        static Row of(Class<? extends Throwable> type, ExitCode exit) {
            return new Row(type::isInstance, exit);
        }
    }

    /** Returns the exit code of a command that ended with {@code failure}; {@link ExitCode#FAILED} if no row matches. */
    public static ExitCode of(Throwable failure) {
        return ROWS.stream()
                .filter(row -> row.matches.test(failure))
                .findFirst()
                .map(Row::exit)
                .orElse(ExitCode.FAILED);
    }
}
