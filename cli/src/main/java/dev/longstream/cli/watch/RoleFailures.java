package dev.longstream.cli.watch;

import dev.longstream.cli.failure.RoleFailedException;
import dev.longstream.log.Role;
import dev.longstream.policy.model.MemoryShortage;

/** A role that failed ends the command that runs it. */
public final class RoleFailures {
    private RoleFailures() {}

    /** @throws RoleFailedException if it has failed, with its reason */
    public static void refuse(Role role) {
        role.failure().ifPresent(cause -> {
            throw new RoleFailedException(
                    "The role " + role.name() + " stopped: "
                            + MemoryShortage.of(cause).orElse(cause.getMessage()),
                    cause);
        });
    }
}
