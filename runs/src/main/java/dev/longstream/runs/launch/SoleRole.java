package dev.longstream.runs.launch;

import dev.longstream.log.EventLog;
import dev.longstream.runs.failure.RunFolderInUseException;
import dev.longstream.runs.log.RoleClaim;
import dev.longstream.runs.process.Interruption;

import java.util.function.Consumer;

/** Takes the claim to a role that only one process of a run may have: trainer or evaluation. */
final class SoleRole {
    private static final long CHECK_INTERVAL_MS = 100;

    private SoleRole() {}

    /**
     * Takes the claim of the trainer.
     *
     * @throws RunFolderInUseException if another process trains this run, on whatever host and in whatever folder
     */
    static RoleClaim trainer(EventLog log, Interruption interruption) throws InterruptedException {
        return take(log, "trainer", interruption, holder -> {
            throw new RunFolderInUseException("Run " + log.topics().run() + " is trained by another process (" + holder
                    + "); stop that one first, or choose another name with --run");
        });
    }

    /**
     * Takes the claim of the evaluation; waits while another process evaluates this run.
     *
     * @param say receives messages for the user
     */
    static RoleClaim evaluation(EventLog log, Interruption interruption, Consumer<String> say)
            throws InterruptedException {
        return take(
                log,
                "evaluation",
                interruption,
                holder -> say.accept("Waiting: another process evaluates run "
                        + log.topics().run() + " (" + holder + "); this one takes over when that one ends"));
    }

    /**
     * Waits for the claim of a role.
     *
     * @param refused receives host and pid of another process that has the role, once; may throw to end the waiting
     */
    private static RoleClaim take(EventLog log, String role, Interruption interruption, Consumer<String> refused)
            throws InterruptedException {
        RoleClaim claim = RoleClaim.join(log, role);
        boolean said = false;
        try {
            while (!claim.held()) {
                if (claim.refused() && !said) {
                    refused.accept(claim.holder());
                    said = true;
                }
                interruption.refuse();
                Thread.sleep(CHECK_INTERVAL_MS);
            }
            return claim;
        } catch (RuntimeException | InterruptedException e) {
            claim.close();
            throw e;
        }
    }
}
