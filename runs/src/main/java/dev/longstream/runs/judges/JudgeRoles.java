package dev.longstream.runs.judges;

import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.log.ThreadRole;
import dev.longstream.log.TopicReader;
import dev.longstream.producers.verdicts.JudgeListener;
import dev.longstream.record.Control;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.PromotedReward;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.runs.config.JudgeSection;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.config.ShadowSection;
import dev.longstream.runs.process.RoleEnd;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Runs the judge of a run and, from its promotion on, the judge of each promoted shadow. Each reads all requests of the run
 * through a queue of its own and leaves those of other judges. The judge of a shadow that was not promoted is not opened, so
 * that its faults cannot end the run.
 */
public final class JudgeRoles implements Role {
    private static final String NAME = "judges of promoted shadows";
    private static final long BETWEEN_LOOKS_MS = 200;

    private final EventLog log;
    private final RunConfig config;
    private final Map<String, String> environment;
    private final Function<String, JudgeListener> listeners;
    private final @Nullable JudgeRole own;
    private final List<Role> running = new CopyOnWriteArrayList<>();
    private final Set<String> promoted = new HashSet<>();
    private final PromotionFollower follower = new PromotionFollower();

    /** Tells judges apart. */
    private record JudgeIdentity(String model, String rubric) {
        static JudgeIdentity of(AskedJudge judge) {
            return new JudgeIdentity(judge.model(), judge.rubricDigest());
        }

        static JudgeIdentity of(JudgeRequest request) {
            return new JudgeIdentity(request.getJudge(), request.getRubricDigest());
        }
    }

    /**
     * Creates the role. {@link #start()} opens the run's judge, if its reward asks one, as {@link JudgeRole} does.
     *
     * @param environment environment variables, among them the judges' API keys
     * @param listeners returns the listener of a judge by the name of its model
     */
    public JudgeRoles(
            EventLog log,
            RunConfig config,
            Map<String, String> environment,
            Function<String, JudgeListener> listeners) {
        this.log = log;
        this.config = config;
        this.environment = environment;
        this.listeners = listeners;
        this.own = Judges.asked(config) == null ? null : ownJudge();
    }

    private JudgeRole ownJudge() {
        JudgeRole role = new JudgeRole(
                log, config.judge(), environment, listeners.apply(config.judge().name()));
        Set<JudgeIdentity> others = new HashSet<>();
        config.shadows().values().stream()
                .flatMap(shadow -> Stream.ofNullable(Judges.asked(shadow)))
                .forEach(judge -> others.add(JudgeIdentity.of(judge)));
        others.remove(JudgeIdentity.of(Judges.known(config.judge())));
        return role.sharing(log.topics().judgeQueue(), request -> others.contains(JudgeIdentity.of(request)));
    }

    /** Follows the commands, and opens the judge of a shadow when it is promoted. */
    private final class PromotionFollower extends ThreadRole {
        PromotionFollower() {
            super(NAME, "promoted-judges", Duration.ZERO); // a judge that is being opened can be closed only then
        }

        @Override
        protected void work() throws InterruptedException {
            try (TopicReader<Control> control =
                    new TopicReader<>(log, log.topics().control())) {
                while (!stopping()) {
                    control.readToEnd(record -> promotedBy(record.value()).forEach(JudgeRoles.this::open));
                    Thread.sleep(BETWEEN_LOOKS_MS);
                }
            }
        }
    }

    @Override
    public String name() {
        return own == null ? NAME : own.name();
    }

    @Override
    public void start() {
        if (own != null) {
            running.add(own);
            own.start();
        }
        running.add(follower);
        follower.start();
    }

    private static Stream<String> promotedBy(Control command) {
        return Stream.concat(
                        Stream.ofNullable(command.getPromoted()),
                        command.getFork() == null
                                ? Stream.empty()
                                : command.getFork().getPromoted().stream().filter(Objects::nonNull))
                .map(PromotedReward::getShadow);
    }

    private void open(String shadow) {
        ShadowSection section = config.shadows().get(shadow);
        if (section == null) {
            return; // scoring refuses answers of this shadow, and says why
        }
        AskedJudge judge = Judges.asked(section);
        if (judge == null) {
            return; // its reward needs no judge
        }
        JudgeIdentity identity = JudgeIdentity.of(judge);
        if (own != null && identity.equals(JudgeIdentity.of(Judges.known(config.judge())))) {
            return;
        }
        String queue = sharing(identity);
        if (promoted.contains(queue)) {
            return;
        }
        JudgeSection settings = section.judge();
        Predicate<JudgeRequest> others = request -> !identity.equals(JudgeIdentity.of(request));
        JudgeRole role = new JudgeRole(log, settings, environment, listeners.apply(settings.name()))
                .sharing(log.topics().ofShadow(queue).promotedQueue(), others);
        running.add(role);
        role.start();
        promoted.add(queue); // last: the follower begins again after a fault that passes
    }

    /** Returns the first shadow by name with this judge: shadows with the same judge have one worker and one queue. */
    private String sharing(JudgeIdentity identity) {
        return config.shadows().entrySet().stream()
                .filter(shadow -> {
                    AskedJudge other = Judges.asked(shadow.getValue());
                    return other != null && JudgeIdentity.of(other).equals(identity);
                })
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public boolean finished() {
        return false;
    }

    @Override
    public long restarts() {
        return running.stream().mapToLong(Role::restarts).sum();
    }

    @Override
    public Optional<String> waitsFor() {
        return running.stream().flatMap(role -> role.waitsFor().stream()).findFirst();
    }

    @Override
    public Optional<Throwable> failure() {
        return running.stream().flatMap(role -> role.failure().stream()).findFirst();
    }

    @Override
    public void close() {
        follower.close(); // first, since it adds judges
        RoleEnd.close(running);
    }
}
