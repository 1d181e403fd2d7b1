package dev.longstream.runs.launch;

import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Role;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.monitoring.Monitoring;
import dev.longstream.runs.process.Interruption;
import dev.longstream.runs.process.RoleEnd;
import dev.longstream.runs.shadows.ShadowFollower;
import dev.longstream.runs.shadows.ShadowState;
import dev.longstream.runs.watch.EndNotice;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs the shadows of a run in a process of their own, until the run has ended and every answer is scored. */
final class ShadowRun {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowRun.class);
    private static final long CHECK_INTERVAL_MS = 200;
    private static final int CHECKS_BETWEEN_LOOKS = 10;

    private final RunConfig config;
    private final EventLog log;
    private final Consumer<String> say;
    private final Monitoring monitoring;
    private final List<ShadowFollower> followers = new ArrayList<>();

    ShadowRun(RunConfig config, EventLog log, Consumer<String> say, Monitoring monitoring) {
        this.config = config;
        this.log = log;
        this.say = say;
        this.monitoring = monitoring;
    }

    /**
     * Runs the shadows.
     *
     * @param shadows their roles, not started yet
     * @throws WrongUseException if the run has no shadow
     */
    void follow(List<Role> shadows, Interruption interruption) throws InterruptedException {
        if (shadows.isEmpty()) {
            throw new WrongUseException("scoring.shadows is empty, expected at least one shadow for the role shadows");
        }
        try (EndNotice end = new EndNotice(log, config.totalSteps(), say)) {
            config.shadows().keySet().forEach(name -> followers.add(new ShadowFollower(log, name, monitoring::read)));
            shadows.forEach(Role::start);
            shadows.forEach(monitoring::started);
            while (!areComplete(end.look().isPresent())) {
                for (int check = 0; check < CHECKS_BETWEEN_LOOKS; check++) {
                    interruption.refuse();
                    Thread.sleep(CHECK_INTERVAL_MS);
                }
            }
        } finally {
            followers.forEach(ShadowFollower::close);
            RoleEnd.close(shadows);
        }
    }

    /**
     * Reads what is new, and returns whether nothing is left to score.
     *
     * @param ended whether the run has ended
     */
    private boolean areComplete(boolean ended) {
        try {
            List<ShadowState> states =
                    followers.stream().map(ShadowFollower::look).toList();
            if (!ended || !states.stream().allMatch(ShadowState::isComplete)) {
                return false;
            }
            states.forEach(state -> say.accept(state.words()));
            return true;
        } catch (LogException | UnreachableException | KafkaException e) {
            LOG.debug("The log cannot be read now", e);
            return false;
        }
    }
}
