package dev.longstream.files;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Reserves a folder for one live process. The operating system lets go of the lock when the process dies, however it dies; the
 * file keeps the holder's pid for the message others get.
 *
 * <p>Closing <em>any</em> channel on a locked file drops a POSIX lock, so a process that holds the lock never opens the
 * file a second time: {@link #HELD} is asked first.
 */
public final class FolderLock implements AutoCloseable {
    private static final Set<Path> HELD = new HashSet<>();
    private static final int ATTEMPTS = 10; // someone who only asks who holds the folder has it locked for a moment
    private static final long PAUSE_NANOS = 50_000_000L;

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock; empty if another live process, or this one, has it.
     *
     * @param folder must exist
     * @param name   name of the lock file in it
     */
    public static Optional<FolderLock> take(Path folder, String name) throws IOException {
        Path file = lockFile(folder, name);
        for (int attempt = 1; ; attempt++) {
            Optional<FolderLock> lock = tryTake(file);
            if (lock.isPresent() || attempt == ATTEMPTS) {
                return lock;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Returns the pid of the live process that holds the folder; empty if none does. */
    public static Optional<Long> holder(Path folder, String name) throws IOException {
        if (!isHeld(folder, name)) {
            return Optional.empty();
        }
        Path file = lockFile(folder, name);
        synchronized (HELD) {
            return HELD.contains(file) ? Optional.of(ProcessHandle.current().pid()) : readPid(file);
        }
    }

    /** Returns whether a live process, this one included, holds the folder. Needs no right to write in it. */
    public static boolean isHeld(Path folder, String name) throws IOException {
        if (!Files.exists(folder.resolve(name))) {
            return false;
        }
        Path file = lockFile(folder, name);
        synchronized (HELD) {
            if (HELD.contains(file)) {
                return true;
            }
            // A shared lock is refused while the holder's own, exclusive one is held, and disturbs no other reader.
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                    @Nullable FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
                return lock == null;
            }
        }
    }

    private static Optional<FolderLock> tryTake(Path file) throws IOException {
        synchronized (HELD) {
            if (HELD.contains(file)) {
                return Optional.empty();
            }
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() == null) {
                    channel.close();
                    return Optional.empty();
                }
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(
                        Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            HELD.add(file);
            return Optional.of(new FolderLock(file, channel));
        }
    }

    private static Optional<Long> readPid(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
        return text.matches("\\d+") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    private static Path lockFile(Path folder, String name) throws IOException {
        return folder.toRealPath().resolve(name);
    }

    @Override
    public void close() throws IOException {
        synchronized (HELD) {
            HELD.remove(file);
            channel.close();
        }
    }
}
