package dev.longstream.cli.train;

import dev.longstream.cli.config.ResolvedConfig;
import dev.longstream.cli.exit.CommandException;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.log.OpenLog;
import dev.longstream.cli.progress.Progress;
import dev.longstream.log.EventLog;
import dev.longstream.log.Role;

import java.nio.file.Path;
import java.util.function.Consumer;

/** One role in this process, the others elsewhere. */
public final class RoleRun {
    private static final long LOOK_EVERY_MS = 200;

    private final ResolvedConfig resolved;
    private final String worker;
    private final Consumer<String> say;

    /**
     * @param worker name of a rollout worker
     * @param say where to tell what happens
     */
    public RoleRun(ResolvedConfig resolved, String worker, Consumer<String> say) {
        this.resolved = resolved;
        this.worker = worker;
        this.say = say;
    }

    /** Returns when the role is finished. */
    public void run(String name) throws InterruptedException {
        try (Interruption interruption = Interruption.watch();
                OpenLog open = OpenLog.existing(resolved.config())) {
            EventLog log = open.log();
            Role role = make(name, log, interruption);
            role.start();
            say.accept("The role " + name + " of " + log.topics().run() + " works on "
                    + log.address().bootstrapServers());
            try (role) {
                while (!role.finished() && !interruption.requested()) {
                    role.failure().ifPresent(cause -> {
                        throw new CommandException(
                                ExitCode.FAILED, "The role " + name + " stopped: " + cause.getMessage(), cause);
                    });
                    Thread.sleep(LOOK_EVERY_MS);
                }
            }
            if (interruption.requested()) {
                throw new CommandException(
                        ExitCode.INTERRUPTED, "Interrupted; what the role had not finished is given back");
            }
        }
    }

    private Role make(String name, EventLog log, Interruption interruption) {
        Roles roles = new Roles(resolved, log);
        return switch (name) {
            case "curriculum" -> roles.curriculum();
            case "rollouts" -> roles.rollouts(worker);
            case "scoring" -> roles.scoring();
            case "grouping" -> roles.grouping();
            case "batching" -> roles.batching();
            case "evaluation" -> roles.evaluation();
            case "trainer" -> trainer(roles, log, interruption);
            default -> throw new IllegalArgumentException("no role '" + name + "'");
        };
    }

    /** The weights that reinforcement learning begins with are made where the trainer is. */
    private Role trainer(Roles roles, EventLog log, Interruption interruption) {
        Preparation preparation = new Preparation(resolved, log, Progress.of(System.err));
        Path start = preparation
                .warmUp(interruption::stopsBy)
                .orElseThrow(() -> new CommandException(
                        ExitCode.INTERRUPTED, "Interrupted in the warm-up; the same command goes on from here"));
        interruption.stopsBy(() -> {});
        preparation.startCurriculum();
        return roles.trainer(start);
    }
}
