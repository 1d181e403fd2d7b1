package dev.longstream.runs.launch;

import dev.longstream.log.EventLog;
import dev.longstream.runs.failure.RunFolderInUseException;
import dev.longstream.runs.log.RoleClaim;

import java.util.function.Consumer;

/** Takes the claim to a role that one process of a run may have: the trainer, and the evaluation. */
final class SoleRole {
    private static final long CHECK_INTERVAL_MS = 100;

    private SoleRole() {}

    /**
     * Takes the claim of the trainer.
     *
     * @throws RunFolderInUseException if another process trains this run, on whatever host and in whatever folder
     */
    static RoleClaim trainer(EventLog log, Interruption interruption) throws InterruptedException {
        RoleClaim claim = RoleClaim.join(log, "trainer");
        try {
            while (!claim.held()) {
                if (claim.refused()) {
                    throw new RunFolderInUseException("Run " + log.topics().run() + " is trained by another process ("
                            + claim.holder() + "); stop that one first, or choose another name with --run");
                }
                pause(interruption);
            }
            return claim;
        } catch (RuntimeException | InterruptedException e) {
            claim.close();
            throw e;
        }
    }

    /**
     * Takes the claim of the evaluation; waits while another process evaluates this run.
     *
     * @param say receives messages for the user
     */
    static RoleClaim evaluation(EventLog log, Interruption interruption, Consumer<String> say)
            throws InterruptedException {
        RoleClaim claim = RoleClaim.join(log, "evaluation");
        boolean said = false;
        try {
            while (!claim.held()) {
                if (claim.refused() && !said) {
                    say.accept("Waiting: another process evaluates run "
                            + log.topics().run() + " (" + claim.holder() + "); this one takes over when that one ends");
                    said = true;
                }
                pause(interruption);
            }
            return claim;
        } catch (RuntimeException | InterruptedException e) {
            claim.close();
            throw e;
        }
    }

    private static void pause(Interruption interruption) throws InterruptedException {
        interruption.refuse();
        Thread.sleep(CHECK_INTERVAL_MS);
    }
}
