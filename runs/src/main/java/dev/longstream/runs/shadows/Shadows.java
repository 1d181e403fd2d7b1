package dev.longstream.runs.shadows;

import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Role;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicAdmin;
import dev.longstream.producers.verdicts.JudgeListener;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.config.ShadowSection;
import dev.longstream.runs.judges.JudgeRole;
import dev.longstream.runs.judges.Judges;
import dev.longstream.streams.Stages;
import dev.longstream.streams.StreamsRuntime;
import dev.longstream.streams.topology.WrittenRecords;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The shadows that a configuration names, as roles. */
public final class Shadows {
    private static final Logger LOG = LoggerFactory.getLogger(Shadows.class);

    private final ResolvedConfig resolved;
    private final EventLog log;
    private final StreamsRuntime runtime;
    private final Map<String, String> environment;

    /**
     * Creates the shadows of a run.
     *
     * @param log log of the run
     * @param runtime state and threads of each shadow's stage
     * @param environment environment variables, among them the API keys of judges
     */
    public Shadows(ResolvedConfig resolved, EventLog log, StreamsRuntime runtime, Map<String, String> environment) {
        this.resolved = resolved;
        this.log = log;
        this.runtime = runtime;
        this.environment = environment;
    }

    /**
     * Creates a role for each shadow. A role creates the shadow's topics when it starts.
     *
     * @param say receives the reason when a shadow stands still
     */
    public List<Role> roles(Consumer<String> say) {
        return roles(say, true);
    }

    /**
     * Creates a role for each shadow, whose topics exist.
     *
     * @param say receives the reason when a shadow stands still
     */
    public List<Role> rolesOnTopics(Consumer<String> say) {
        return roles(say, false);
    }

    private List<Role> roles(Consumer<String> say, boolean createTopics) {
        List<Role> roles = new ArrayList<>();
        resolved.config()
                .shadows()
                .forEach((name, section) ->
                        roles.add(new ShadowRole(name, () -> parts(name, section, createTopics), say)));
        return roles;
    }

    private List<Role> parts(String name, ShadowSection section, boolean createTopics) {
        EventLog own = log.ofShadow(name);
        if (createTopics) {
            createTopics(resolved, log, name);
        }
        String digest = resolved.shadowDigest(name);
        requireDigest(own, digest);
        AskedJudge judge = Judges.asked(section);
        List<Role> parts = new ArrayList<>();
        parts.add(Stages.scoring(own, section.scoring(), judge, digest, runtime));
        if (judge != null) {
            parts.add(new JudgeRole(own, section.judge(), environment, JudgeListener.NONE));
        }
        return parts;
    }

    /** Creates the topics of a run's shadows, as far as they are missing. */
    public static void createTopics(ResolvedConfig resolved, EventLog log) {
        resolved.config().shadows().keySet().forEach(name -> createTopics(resolved, log, name));
    }

    /**
     * Configures the queues of judges that shadows ask. A run that begins with a promoted shadow, as a fork or a replay does, may
     * open its judge before the shadow has topics.
     */
    public static void configureQueues(RunConfig config, EventLog log) {
        config.shadows().forEach((name, section) -> {
            if (section.asksItsJudge()) {
                new TopicAdmin(log.ofShadow(name), config.log().replication()).configureQueues();
            }
        });
    }

    private static void createTopics(ResolvedConfig resolved, EventLog log, String name) {
        new TopicAdmin(log.ofShadow(name), resolved.config().log().replication()).createAll();
    }

    /** Refuses to add scores to those of another reward, with which nobody could compare them. */
    static void requireDigest(EventLog own, String digest) {
        Topic<ScoredTrajectory> scored = own.topics().scored();
        WrittenRecords<ScoredTrajectory> written = WrittenRecords.to(own, scored);
        for (int partition = 0; partition < scored.partitions(); partition++) {
            written.newest(partition)
                    .filter(score -> !score.getConfigDigest().equals(digest))
                    .ifPresent(score -> {
                        throw new WrongUseException(
                                "scoring.shadows." + own.topics().shadow()
                                        + " has other settings than those of the scores on " + scored.name()
                                        + "; restore them, or give the new settings another name");
                    });
        }
    }

    /** Says how many of the run's answers each shadow has scored. What cannot be read is left out. */
    public void describe(Consumer<String> say) {
        for (String name : resolved.config().shadows().keySet()) {
            try (ShadowFollower follower = new ShadowFollower(log, name)) {
                say.accept(follower.look().words());
            } catch (LogException | UnreachableException | KafkaException e) {
                LOG.warn("It is not known how far the shadow {} is: {}", name, e.toString());
            }
        }
    }
}
