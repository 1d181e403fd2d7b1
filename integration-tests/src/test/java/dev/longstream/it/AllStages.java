package dev.longstream.it;

import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.Stages;
import dev.longstream.streams.StreamsRuntime;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.batching.BatchingConfig;
import dev.longstream.streams.curriculum.CurriculumConfig;
import dev.longstream.streams.curriculum.InputLength;
import dev.longstream.streams.curriculum.Phase;
import org.apache.kafka.clients.admin.Admin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;

import static org.assertj.core.api.Assertions.assertThat;

/** The four stages of a run of 4 steps, with 2 groups of 2 answers each. */
final class AllStages implements AutoCloseable {
    private static final int BATCH = 2;
    private static final CurriculumConfig CURRICULUM = new CurriculumConfig(
            List.of(new Phase("all", 0, 100, 4, 1, 1, 0, 8)), BATCH, 2, 1, InputLength.TEMPLATED, "held-out", 1);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final List<Role> roles;

    /** Starts the stages. */
    AllStages(EventLog log, Path state) {
        PhaseAdvantages advantages = PhaseAdvantages.always(AdvantageConfig.DEFAULT);
        StreamsRuntime runtime = new StreamsRuntime(state);
        roles = List.of(
                curriculum(log, state),
                scoring(log, state),
                Stages.grouping(log, advantages, "digest", runtime),
                Stages.batching(log, new BatchingConfig(BATCH, advantages), "digest", runtime));
        roles.forEach(Role::start);
    }

    static Role curriculum(EventLog log, Path state) {
        return Stages.curriculum(log, CURRICULUM, "digest", new StreamsRuntime(state));
    }

    static Role scoring(EventLog log, Path state) {
        return Stages.scoring(log, ScoringConfig.DEFAULT, null, "digest", new StreamsRuntime(state));
    }

    /** Waits until a consumer group has {@code count} members with partitions. */
    static void awaitMembers(EventLog log, String group, int count) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long members = 0;
        try (Admin admin = log.admin()) {
            while (members < count && System.nanoTime() < deadline) {
                Thread.sleep(100);
                members = members(admin, group);
            }
        }
        assertThat(members).as("members of " + group).isEqualTo(count);
    }

    private static long members(Admin admin, String group) throws InterruptedException {
        try {
            return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
                    .filter(member -> !member.assignment().topicPartitions().isEmpty())
                    .count();
        } catch (ExecutionException e) { // nobody has joined yet
            return 0;
        }
    }

    @Override
    public void close() {
        roles.forEach(Role::close);
        roles.forEach(role -> assertThat(role.failure()).as(role.name()).isEmpty());
    }
}
