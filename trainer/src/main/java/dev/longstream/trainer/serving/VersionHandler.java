package dev.longstream.trainer.serving;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Answers GET and HEAD for the files that other hosts may read of a run's folder.
 *
 * <pre>
 * /checkpoints/step-000012/model                     one line a file, "BYTES NAME"
 * /checkpoints/step-000012/model/model.safetensors   the file, or the part that "Range: bytes=FROM-TO" names
 * /checkpoints/step-000012/bfloat16.delta            likewise
 * /checkpoints/base                                  like a model, where versions are its adapters
 * /documents/3f….txt                                 likewise
 * </pre>
 *
 * Moments and state of a checkpoint are not among them. A version that was asked for a moment ago is not removed.
 */
final class VersionHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(VersionHandler.class);
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final long NO_BODY = -1;
    private static final int BLOCK_BYTES = 1 << 20;
    /** A path in a checkpoint; the second group is there if the path is that of a folder. */
    private static final Pattern VERSION = Pattern.compile("/(checkpoints/step-\\d{6,})/"
            + "(?:(model|bfloat16)|(?:model|bfloat16)/[A-Za-z0-9_][A-Za-z0-9._-]*|bfloat16\\.delta)");

    /** A path in the base of a run's adapters, which is never removed; the group is there if the path is that of a file. */
    private static final Pattern BASE = Pattern.compile("/checkpoints/base(/[A-Za-z0-9_][A-Za-z0-9._-]*)?");

    private static final Pattern DOCUMENT = Pattern.compile("/documents/[0-9a-f]{64}\\.txt");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");

    private final Path run;
    private final byte @Nullable [] authorization;
    private final RequestedVersions requested;

    /**
     * Creates the handler of a run.
     *
     * @param run folder of the run
     * @param key key that requests must carry as a bearer token; null: none
     */
    VersionHandler(Path run, @Nullable String key, RequestedVersions requested) {
        this.run = run;
        this.authorization = key == null ? null : ("Bearer " + key).getBytes(StandardCharsets.UTF_8);
        this.requested = requested;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange);
        } catch (NoSuchFileException e) {
            LOG.debug("{} was removed while it was read", e.getMessage());
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Matcher version = VERSION.matcher(path);
        Matcher base = BASE.matcher(path);
        if (!isAuthorized(exchange.getRequestHeaders())) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            refuse(exchange, UNAUTHORIZED, "expected the run's key as Authorization: Bearer KEY");
        } else if (!List.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            refuse(exchange, METHOD_NOT_ALLOWED, "expected GET or HEAD");
        } else if (version.matches()) {
            Path checkpoint = run.resolve(version.group(1));
            requested.touch(checkpoint);
            if (version.group(2) != null) {
                list(exchange, run.resolve(path.substring(1)));
            } else {
                send(exchange, run.resolve(path.substring(1)), () -> requested.touch(checkpoint));
            }
        } else if (base.matches() && base.group(1) == null) {
            list(exchange, run.resolve(path.substring(1)));
        } else if (base.matches() || DOCUMENT.matcher(path).matches()) {
            send(exchange, run.resolve(path.substring(1)), () -> {});
        } else {
            refuse(exchange, NOT_FOUND, "nothing is served here");
        }
    }

    private boolean isAuthorized(Headers request) {
        String found = request.getFirst("Authorization");
        return authorization == null
                || (found != null && MessageDigest.isEqual(authorization, found.getBytes(StandardCharsets.UTF_8)));
    }

    private static void list(HttpExchange exchange, Path folder) throws IOException {
        StringBuilder lines = new StringBuilder();
        if (!Files.isDirectory(folder)) {
            refuse(exchange, NOT_FOUND, "no such version; a run keeps its newest and its evaluated ones");
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                lines.append(Files.size(file))
                        .append(' ')
                        .append(file.getFileName())
                        .append('\n');
            }
        }
        sendText(exchange, OK, lines.toString());
    }

    /**
     * Sends a file or a part of it.
     *
     * @param progress called after each block
     */
    private static void send(HttpExchange exchange, Path file, Runnable progress) throws IOException {
        if (!Files.isRegularFile(file)) {
            refuse(exchange, NOT_FOUND, "no such file");
            return;
        }
        long size = Files.size(file);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Accept-Ranges", "bytes");
        headers.set("Content-Type", "application/octet-stream");
        long from = 0;
        long end = size;
        int status = OK;
        String range = exchange.getRequestHeaders().getFirst("Range");
        Matcher part = RANGE.matcher(range == null ? "" : range);
        if (part.matches()) { // other forms of a range may be ignored
            from = Long.parseLong(part.group(1));
            end = part.group(2).isEmpty() ? size : Math.min(size, Long.parseLong(part.group(2)) + 1);
            if (from >= end) {
                headers.set("Content-Range", "bytes */" + size);
                refuse(exchange, RANGE_NOT_SATISFIABLE, "the file has " + size + " bytes");
                return;
            }
            status = PARTIAL;
            headers.set("Content-Range", "bytes " + from + "-" + (end - 1) + "/" + size);
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Long.toString(end - from));
            exchange.sendResponseHeaders(status, NO_BODY);
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(from);
            exchange.sendResponseHeaders(status, end == from ? NO_BODY : end - from);
            copy(in, exchange.getResponseBody(), end - from, progress);
        }
    }

    private static void copy(InputStream in, OutputStream out, long bytes, Runnable progress) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        for (long left = bytes; left > 0; ) {
            int read = in.read(block, 0, (int) Math.min(block.length, left));
            if (read < 0) {
                throw new IOException("a file became shorter while it was sent");
            }
            out.write(block, 0, read);
            left -= read;
            progress.run();
        }
    }

    private static void refuse(HttpExchange exchange, int status, String reason) throws IOException {
        sendText(exchange, status, reason + "\n");
    }

    private static void sendText(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head || body.length == 0 ? NO_BODY : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }
}
