package dev.longstream.stack;


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
 * Lock that gives one live process exclusive use of a folder. The operating system releases it when the process ends, however
 * it ends. The lock file contains the owner's process id, for the error message of other processes.
 *
 * <p>Closing <em>any</em> channel of a locked file releases a POSIX lock. A process that owns the lock therefore never opens
 * the file a second time: it looks into {@link #HELD} first.
 */
final class FolderLock implements AutoCloseable {
    private static final Set<Path> HELD = new HashSet<>();
    private static final int ATTEMPTS = 10; // owner() of another process locks the file for a moment
    private static final long PAUSE_NANOS = 50_000_000L;

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Acquires the lock of an existing folder; empty if another live process, or this one, owns it. */
    static Optional<FolderLock> acquire(Path folder) throws IOException {
        Path file = lockFile(folder);
        for (int attempt = 1; ; attempt++) {
            Optional<FolderLock> lock = tryAcquire(file);
            if (lock.isPresent() || attempt == ATTEMPTS) {
                return lock;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Returns the process id of the live process that owns the folder; empty if none does. */
    static Optional<Long> owner(Path folder) throws IOException {
        if (!Files.exists(folder.resolve("stack.lock"))) {
            return Optional.empty();
        }
        Path file = lockFile(folder);
        synchronized (HELD) {
            if (HELD.contains(file)) {
                return Optional.of(ProcessHandle.current().pid());
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                return lock != null ? Optional.empty() : readPid(file);
            }
        }
    }

    private static Optional<FolderLock> tryAcquire(Path file) throws IOException {
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

    private static Path lockFile(Path folder) throws IOException {
        return folder.toRealPath().resolve("stack.lock");
    }

    @Override
    public void close() throws IOException {
        synchronized (HELD) {
            HELD.remove(file);
            channel.close();
        }
    }
}
