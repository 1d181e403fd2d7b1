package dev.longstream.runs.watch;

import dev.longstream.log.Role;
import dev.longstream.policy.model.MemoryShortage;
import dev.longstream.runs.failure.RoleFailedException;

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
