package dev.longstream.runs.watch;

import dev.longstream.log.Role;
import dev.longstream.policy.model.MemoryShortage;
import dev.longstream.runs.failure.RoleFailedException;

/** Turns the failure of a role into an exception, which ends the command. */
public final class RoleFailures {
    private RoleFailures() {}

    /**
     * Checks a role.
     *
     * @throws RoleFailedException if the role has failed, with the reason
     */
    public static void refuse(Role role) {
        role.failure().ifPresent(cause -> {
            throw new RoleFailedException(words(role, cause), cause);
        });
    }

    /** Returns the sentence that names a failed role and the reason. */
    public static String words(Role role, Throwable cause) {
        return "The role " + role.name() + " stopped: "
                + MemoryShortage.of(cause).orElse(cause.getMessage());
    }
}
