package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.failure.WrongUseException;
import dev.longstream.trainer.checkpoint.AnnouncedFormat;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Transport of policy versions, and of documents that are too large for a record, to the roles {@code rollouts} and
 * {@code evaluation}.
 *
 * @param serve host:port on which the trainer serves them over HTTP, for hosts without the run's folder; e.g. {@code
 *     0.0.0.0:8090}; null: it does not. A host beyond loopback needs {@code weights.key-variable}
 * @param from address of the trainer's server, from which {@code rollouts} and {@code evaluation} fetch, e.g. {@code
 *     http://trainer:8090}; null: they read the run's folder. The trainer itself always uses its folder
 * @param type number format of the weights that the trainer announces and the other roles read. {@code bfloat16} halves the
 *     bytes that each of them reads a version; the trainer stores a rounded copy beside its own float32 weights and moments.
 *     The sampler then answers with rounded weights, so that the importance ratio and {@code mismatchKl} of each step contain
 *     the rounding, and evaluation measures the rounded weights
 * @param deltas whether the trainer stores, beside each version in {@code bfloat16}, its differences from the version before.
 *     A role that keeps copies of versions reads the differences instead of the whole version where they are smaller, and gets
 *     the same bytes. Nothing is stored where no role keeps copies, i.e. without {@code weights.serve}, {@code weights.from}
 *     and {@code weights.cache}
 * @param cache folder on a disk of this host in which {@code rollouts} and {@code evaluation} keep copies of versions, in a
 *     folder for each run; null: {@code fetched} in the run's folder with {@code weights.from}, else no copies: versions are
 *     read where they are. Useful without {@code weights.from} where the run's folder is on a share
 * @param keyVariable environment variable with the key that the trainer expects and the other roles send; null: none
 */
public record WeightsSection(
        @Nullable String serve,
        @Nullable String from,
        WeightsType type,
        boolean deltas,
        @Nullable Path cache,
        @Nullable String keyVariable) {
    private static final int LAST_PORT = 65_535;
    private static final Pattern LISTEN = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+):(\\d{1,5})");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.[0-9.]+|::1");

    public static final WeightsSection DEFAULT = new WeightsSection(null, null, WeightsType.FLOAT32, true, null, null);

    /**
     * An address to listen on.
     *
     * @param host name or address of an interface
     * @param port port; 0 takes any free one
     */
    public record Listen(String host, int port) {}

    /** Checks every setting and reports all faults in one exception. */
    public WeightsSection {
        Optional<Listen> listen = parse(serve);
        new Problems("weights")
                .require(
                        serve == null || listen.isPresent(),
                        "serve is '%s', must be HOST:PORT, for example 0.0.0.0:8090",
                        String.valueOf(serve))
                .require(type != null, "type is missing, must be float32 or bfloat16")
                .require(
                        from == null || HttpAddress.isValid(from),
                        "from is '%s', must be an address such as http://trainer:8090, without a user or a key",
                        String.valueOf(from))
                .require(
                        listen.isEmpty()
                                || LOOPBACK.matcher(listen.get().host()).matches()
                                || keyVariable != null,
                        "serve is '%s', which other hosts reach, but weights.key-variable is not set: name an environment"
                                + " variable that holds a key",
                        String.valueOf(serve))
                .throwIfAny();
    }

    private static Optional<Listen> parse(@Nullable String serve) {
        Matcher matcher = LISTEN.matcher(serve == null ? "" : serve);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > LAST_PORT) {
            return Optional.empty();
        }
        return Optional.of(new Listen(matcher.group(1).replaceAll("[\\[\\]]", ""), Integer.parseInt(matcher.group(2))));
    }

    /** Returns the address that the trainer listens on; empty if it serves nothing. */
    public Optional<Listen> listen() {
        return parse(serve);
    }

    /** Returns the format of the weights that the trainer announces. */
    public AnnouncedFormat announced() {
        if (type == WeightsType.FLOAT32) {
            return AnnouncedFormat.FLOAT32;
        }
        boolean copied = serve != null || from != null || cache != null;
        return deltas && copied ? AnnouncedFormat.BFLOAT16_WITH_DELTAS : AnnouncedFormat.BFLOAT16;
    }

    /** Returns the folder for copies of a run's versions; empty if they are read where they are. */
    public Optional<Path> copies(RunConfig config) {
        if (cache != null) {
            return Optional.of(cache.resolve(config.run()));
        }
        return Optional.ofNullable(from).map(address -> config.folder().resolve("fetched"));
    }

    /** Returns the address of the trainer's server; empty if versions are read in the run's folder. */
    public Optional<URI> address() {
        return Optional.ofNullable(from).map(URI::create);
    }

    /**
     * Returns the key; null if none is used.
     *
     * @throws WrongUseException if the variable is not set
     */
    public @Nullable String key(Map<String, String> environment) {
        return KeyVariable.read("weights.key-variable", keyVariable, environment);
    }
}
