package dev.longstream.exports.tables;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that gets its name once its content is complete. Until then it has a hidden name, under which no tool looks for it; a
 * file that is closed before is deleted.
 */
public final class PartialFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path target;
    private final Path hidden;
    private final OutputStream stream;
    private boolean published;

    /**
     * Opens the file under its hidden name, in the folder of {@code target}, which is created if it does not exist.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public PartialFile(Path target) {
        this.target = target.toAbsolutePath();
        this.hidden = this.target.resolveSibling(".partial-" + suffix(target));
        try {
            Files.createDirectories(this.target.resolveSibling(""));
            this.stream = new BufferedOutputStream(Files.newOutputStream(hidden), BUFFER_BYTES);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Returns a hidden name that no pattern of the name matches: TensorBoard reads all files with "tfevents" in the name. */
    private static String suffix(Path target) {
        return Integer.toHexString(String.valueOf(target.getFileName()).hashCode());
    }

    /** Writes bytes. */
    public void write(byte[] bytes) {
        try {
            stream.write(bytes);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Returns the stream of the content; the caller does not close it. */
    OutputStream stream() {
        return stream;
    }

    /** Passes what was written to the operating system. */
    public void flush() {
        try {
            stream.flush();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Gives the file its name, in place of a file that has it. More may be written afterwards. */
    public void publish() {
        flush();
        try {
            Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unwritable(e);
        }
        published = true;
    }

    private UncheckedIOException unwritable(IOException cause) {
        return new UncheckedIOException(target + " cannot be written: " + cause.getMessage(), cause);
    }

    @Override
    public void close() {
        try {
            stream.close();
            if (!published) {
                Files.deleteIfExists(hidden);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }
}
