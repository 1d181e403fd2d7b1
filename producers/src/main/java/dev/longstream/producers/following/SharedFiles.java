package dev.longstream.producers.following;

import dev.longstream.failure.UnreachableException;
import dev.longstream.files.FolderLease;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads files from the run's folder on a share, for a host that keeps copies of them on its own disk. */
final class SharedFiles implements RemoteFiles {
    private final Path run;

    /** Creates the files of the run with this folder. */
    SharedFiles(Path run) {
        this.run = run;
    }

    @Override
    public List<RemoteFile> list(String folder) {
        Path place = run.resolve(folder);
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(place)) {
            List<RemoteFile> files = new ArrayList<>();
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                files.add(new RemoteFile(file.getFileName().toString(), Files.size(file)));
            }
            return files;
        } catch (IOException e) {
            throw new UnreachableException("The folder " + place + " cannot be read now: " + e, e);
        }
    }

    @Override
    public InputStream read(String file, long from) throws IOException {
        InputStream in;
        try {
            in = Files.newInputStream(run.resolve(file));
        } catch (NoSuchFileException e) {
            throw new FileNotFoundException(run.resolve(file) + " does not exist");
        }
        try {
            in.skipNBytes(from);
            return in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    @Override
    public Optional<FolderLease> lease(String folder) {
        return FolderLease.take(Objects.requireNonNull(run.resolve(folder).getParent()));
    }
}
