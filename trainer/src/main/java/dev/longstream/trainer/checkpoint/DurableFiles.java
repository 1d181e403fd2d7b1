package dev.longstream.trainer.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** File operations of a checkpoint; all but {@link #write} are durable when they return. */
public class DurableFiles {
    /** Writes a new file, without forcing it to the disk; {@link #force} does that. */
    public void write(Path file, byte[] content) throws IOException {
        Files.write(file, content, StandardOpenOption.CREATE_NEW);
    }

    /** Forces every file and folder of a tree to the disk. */
    public void force(Path tree) throws IOException {
        for (Path path : childrenFirst(tree)) {
            forceOne(path);
        }
    }

    /** Renames a folder atomically. */
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        Path parent = to.getParent();
        if (parent != null) {
            forceOne(parent);
        }
    }

    /** Deletes a file or a folder with its content; does nothing if there is none. */
    public void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            for (Path path : childrenFirst(tree)) {
                Files.delete(path);
            }
        }
    }

    private static void forceOne(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static List<Path> childrenFirst(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            return paths.sorted(Comparator.reverseOrder()).toList();
        }
    }
}
