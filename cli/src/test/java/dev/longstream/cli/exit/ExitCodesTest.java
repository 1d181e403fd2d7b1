package dev.longstream.cli.exit;

import dev.longstream.config.ConfigurationException;
import dev.longstream.failure.DeniedException;
import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.LogException;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.registry.SchemaRegistryException;
import dev.longstream.runs.failure.DiskSpaceException;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.failure.RoleFailedException;
import dev.longstream.runs.failure.RunFolderConflictException;
import dev.longstream.runs.failure.RunFolderInUseException;
import dev.longstream.runs.failure.RunStalledException;
import dev.longstream.stack.failure.StackException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class ExitCodesTest {
    @ParameterizedTest
    @MethodSource("failures")
    void shouldGiveEachFailureTheCodeOfItsKind(Throwable failure, ExitCode expected) {
        assertThat(ExitCodes.of(failure)).isEqualTo(expected);
    }

    static Stream<Arguments> failures() {
        OutOfMemoryError noMemory = new OutOfMemoryError("Direct buffer memory");
        return Stream.of(
                arguments(new IllegalStateException("Not enough memory", noMemory), ExitCode.OUT_OF_MEMORY),
                arguments(
                        new RoleFailedException("x", new IllegalStateException("step", noMemory)),
                        ExitCode.OUT_OF_MEMORY),
                arguments(new LogException("x", new RecordTooLargeException("x")), ExitCode.BAD_DATA),
                arguments(new DeniedException("x", null), ExitCode.DENIED),
                arguments(
                        new RoleFailedException("x", new TopicAuthorizationException(Set.of("run.steps"))),
                        ExitCode.DENIED),
                arguments(new LogException("x", new SaslAuthenticationException("x")), ExitCode.DENIED),
                arguments(
                        new SchemaRegistryException("x", new TransactionalIdAuthorizationException("x")),
                        ExitCode.DENIED),
                arguments(new InterruptedRunException("x"), ExitCode.INTERRUPTED),
                arguments(new DiskSpaceException("x"), ExitCode.DISK_FULL),
                arguments(new RunStalledException("x"), ExitCode.STALLED),
                arguments(new RoleFailedException("x", new LogException("gone")), ExitCode.FAILED),
                arguments(new RunFolderInUseException("x"), ExitCode.IN_USE),
                arguments(new RunFolderConflictException("x"), ExitCode.IN_USE),
                arguments(new StackException("port"), ExitCode.IN_USE),
                arguments(new SchemaRegistryException("port"), ExitCode.IN_USE),
                arguments(new WrongUseException("x"), ExitCode.WRONG_USE),
                arguments(new ConfigurationException(List.of("x")), ExitCode.WRONG_USE),
                arguments(new UnusableInputException("x"), ExitCode.BAD_DATA),
                arguments(new PolicyFolderException("x", List.of("y")), ExitCode.BAD_DATA),
                arguments(new UnreachableException("x"), ExitCode.UNREACHABLE),
                arguments(new LogException("gone"), ExitCode.UNREACHABLE),
                arguments(new IllegalStateException("x"), ExitCode.FAILED));
    }
}
