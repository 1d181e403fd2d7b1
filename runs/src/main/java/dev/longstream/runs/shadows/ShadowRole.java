package dev.longstream.runs.shadows;

import dev.longstream.log.Role;
import dev.longstream.log.ThreadRole;
import dev.longstream.log.Topics;
import dev.longstream.runs.process.RoleEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs the parts of a shadow and keeps their faults from the run: it never fails. When a part fails, or cannot start, the role
 * says why, waits and begins again, as often as it takes.
 */
public final class ShadowRole extends ThreadRole {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowRole.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration MAX_PAUSE = Duration.ofMinutes(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final String shadow;
    private final Supplier<List<Role>> parts;
    private final Consumer<String> say;
    private final Duration firstPause;
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * Creates a role that is not started yet.
     *
     * @param shadow name of the shadow
     * @param parts creates the shadow's roles for each attempt, not started yet; may fail
     * @param say receives each new reason why the shadow stands still
     */
    public ShadowRole(String shadow, Supplier<List<Role>> parts, Consumer<String> say) {
        this(shadow, parts, say, FIRST_PAUSE);
    }

    ShadowRole(String shadow, Supplier<List<Role>> parts, Consumer<String> say, Duration firstPause) {
        super(Topics.SHADOW_ROLE + shadow, "shadow-" + shadow);
        this.shadow = shadow;
        this.parts = parts;
        this.say = say;
        this.firstPause = firstPause;
    }

    @Override
    protected void work() throws InterruptedException {
        Duration pause = firstPause;
        String said = "";
        while (!stopping()) {
            long began = System.nanoTime();
            String reason = attempt();
            if (stopping()) {
                return;
            }
            if (System.nanoTime() - began > MAX_PAUSE.toNanos()) {
                pause = firstPause;
            }
            if (!reason.equals(said)) {
                say.accept("The shadow " + shadow
                        + " stands still and begins again until it works; the run goes on without it: " + reason);
                said = reason;
            }
            if (waited(pause)) {
                return;
            }
            pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : MAX_PAUSE;
        }
    }

    /** Runs the parts until one fails, and returns why; returns an empty text when the role is closed. */
    private String attempt() throws InterruptedException {
        List<Role> started = new ArrayList<>();
        try {
            for (Role part : parts.get()) {
                started.add(part);
                part.start();
            }
            while (!waited(BETWEEN_LOOKS)) {
                Optional<Throwable> failure = started.stream()
                        .flatMap(part -> part.failure().stream())
                        .findFirst();
                if (failure.isPresent()) {
                    return reason(failure.get());
                }
            }
            return "";
        } catch (RuntimeException | Error e) { // errors too: a plug-in that does not link must not end the run
            return reason(e);
        } finally {
            RoleEnd.close(started);
        }
    }

    private String reason(Throwable failure) {
        LOG.info("The shadow {} stands still", shadow, failure); // the user is told by its own words
        return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    }

    /** Waits, and returns whether the role was closed meanwhile. */
    private boolean waited(Duration pause) throws InterruptedException {
        return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    protected void onClose() {
        closed.countDown();
    }
}
