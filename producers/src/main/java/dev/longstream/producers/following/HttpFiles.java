package dev.longstream.producers.following;

import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.UnusableInputException;
import org.jspecify.annotations.Nullable;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads files from a trainer's HTTP server. The JDK's older client is used because its time limit covers a body, too. */
final class HttpFiles implements RemoteFiles {
    private static final int CONNECT_MS = (int) Duration.ofSeconds(10).toMillis();
    private static final int SILENCE_MS = (int) Duration.ofSeconds(30).toMillis();
    private static final int MAX_LIST_BYTES = 1 << 20;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final Pattern LINE = Pattern.compile("(\\d{1,18}) ([A-Za-z0-9_][A-Za-z0-9._-]*)");

    private final String base;
    private final @Nullable String key;

    /**
     * Creates a client, which connects at its first request.
     *
     * @param base address of the server
     * @param key bearer token; null: none is sent
     */
    HttpFiles(URI base, @Nullable String key) {
        this.base = base.toString().replaceAll("/+$", "");
        this.key = key;
    }

    @Override
    public List<RemoteFile> list(String folder) {
        try (InputStream in = open(folder, 0)) {
            List<RemoteFile> files = new ArrayList<>();
            String text = new String(in.readNBytes(MAX_LIST_BYTES), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                Matcher file = LINE.matcher(line);
                if (!file.matches()) {
                    throw new UnusableInputException(base + "/" + folder + " answers \"" + line
                            + "\", expected lines of a size and a name; is weights.from the address of the trainer's"
                            + " weights.serve?");
                }
                files.add(new RemoteFile(file.group(2), Long.parseLong(file.group(1))));
            }
            return files;
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw unreachable(folder, e);
        }
    }

    @Override
    public InputStream read(String file, long from) throws IOException {
        return open(file, from);
    }

    private InputStream open(String file, long from) throws IOException {
        HttpURLConnection connection = connect(file);
        connection.setConnectTimeout(CONNECT_MS);
        connection.setReadTimeout(SILENCE_MS);
        connection.setInstanceFollowRedirects(false);
        if (key != null) {
            connection.setRequestProperty("Authorization", "Bearer " + key);
        }
        if (from > 0) {
            connection.setRequestProperty("Range", "bytes=" + from + "-");
        }
        int status;
        try {
            status = connection.getResponseCode();
        } catch (IOException e) {
            throw unreachable(file, e);
        }
        int expected = from > 0 ? HttpURLConnection.HTTP_PARTIAL : HttpURLConnection.HTTP_OK;
        if (status == expected) {
            return connection.getInputStream();
        }
        connection.disconnect();
        if (status == HttpURLConnection.HTTP_NOT_FOUND) {
            throw new FileNotFoundException(base + "/" + file + " does not exist");
        }
        String problem = base + "/" + file + " answers with HTTP status " + status + ", expected " + expected;
        if (status / 100 == 5 || status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS) {
            throw new UnreachableException(problem);
        }
        throw new UnusableInputException(problem
                + (status == HttpURLConnection.HTTP_UNAUTHORIZED
                        ? "; weights.key-variable must name a variable with the same key on both hosts"
                        : "; is weights.from the address of the trainer's weights.serve?"));
    }

    private HttpURLConnection connect(String file) throws IOException {
        return (HttpURLConnection) URI.create(base + "/" + file).toURL().openConnection();
    }

    private UnreachableException unreachable(String file, IOException cause) {
        return new UnreachableException(base + "/" + file + " cannot be read: " + cause, cause);
    }
}
