package dev.longstream.cli.train;

import dev.longstream.cli.exit.CommandException;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.log.Role;
import dev.longstream.policy.model.MemoryShortage;

/** A role that failed ends the command that runs it. */
final class RoleFailures {
    private RoleFailures() {}

    /** @throws CommandException if it has failed, with its reason */
    static void refuse(Role role) {
        role.failure().ifPresent(cause -> {
            throw new CommandException(
                    ExitCode.FAILED,
                    "The role " + role.name() + " stopped: "
                            + MemoryShortage.of(cause).orElse(cause.getMessage()),
                    cause);
        });
    }
}
