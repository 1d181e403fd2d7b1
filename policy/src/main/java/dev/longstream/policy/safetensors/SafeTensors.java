package dev.longstream.policy.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.files.Sha256;
import dev.longstream.policy.file.FolderProblems;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.PolicyFolderException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads named tensors from one safetensors file, or from shards with a {@code model.safetensors.index.json}. Files are
 * mapped into memory and may have any size; a tensor is read when it is needed. Thread-safe until it is closed.
 *
 * <p>Format: the header's length in eight bytes, little-endian; a JSON header with dtype, shape and byte range of each
 * tensor; the values, row-major and little-endian.
 */
public final class SafeTensors implements AutoCloseable {
    /** Name of a folder's only weight file. */
    public static final String SINGLE_FILE = "model.safetensors";

    static final String INDEX_FILE = "model.safetensors.index.json";

    private final Path path;
    private final List<SafeTensorsFile> files;
    private final Map<String, SafeTensorsFile> fileOf;

    private SafeTensors(Path path, List<SafeTensorsFile> files) {
        this.path = path;
        this.files = List.copyOf(files);
        Map<String, SafeTensorsFile> fileOf = new LinkedHashMap<>();
        for (SafeTensorsFile file : files) {
            for (String name : file.names()) {
                fileOf.put(name, file);
            }
        }
        this.fileOf = Collections.unmodifiableMap(fileOf);
    }

    /**
     * Opens a file, or a folder's {@code model.safetensors} or else its shards.
     *
     * @throws PolicyFolderException if a file is missing, truncated, not a safetensors file, or differs from the index
     */
    public static SafeTensors open(Path folderOrFile) {
        if (!Files.isDirectory(folderOrFile)) {
            return new SafeTensors(folderOrFile, List.of(SafeTensorsFile.open(folderOrFile)));
        }
        Path single = folderOrFile.resolve(SINGLE_FILE);
        if (Files.exists(single)) {
            return new SafeTensors(single, List.of(SafeTensorsFile.open(single)));
        }
        Path index = folderOrFile.resolve(INDEX_FILE);
        if (Files.exists(index)) {
            return openShards(index);
        }
        throw new PolicyFolderException(
                folderOrFile.toString(),
                "contains neither " + SINGLE_FILE + " nor " + INDEX_FILE + ", expected one of them",
                null);
    }

    private static SafeTensors openShards(Path index) {
        ObjectNode root = Json.readObject(index);
        FolderProblems problems = new FolderProblems(index);
        if (!(root.get("weight_map") instanceof ObjectNode weightMap)) {
            throw new PolicyFolderException(index.toString(), "has no object weight_map", null);
        }
        Map<String, Set<String>> namesByFile = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : weightMap.properties()) {
            namesByFile
                    .computeIfAbsent(entry.getValue().asText(), file -> new TreeSet<>())
                    .add(entry.getKey());
        }
        List<SafeTensorsFile> files = new ArrayList<>();
        namesByFile.forEach((name, expected) -> {
            Path shard = index.resolveSibling(name);
            try {
                SafeTensorsFile file = SafeTensorsFile.open(shard);
                files.add(file);
                compare(index, file, expected, problems);
            } catch (PolicyFolderException e) {
                e.problems().forEach(problem -> problems.add(shard.getFileName() + ": " + problem));
            }
        });
        SafeTensors tensors = new SafeTensors(index, files);
        if (problems.any()) {
            tensors.close();
            throw problems.exception();
        }
        return tensors;
    }

    private static void compare(Path index, SafeTensorsFile file, Set<String> expected, FolderProblems problems) {
        for (String name : expected) {
            if (!file.names().contains(name)) {
                problems.add(file.name() + ": tensor " + name + " is missing, but is listed in " + index.getFileName());
            }
        }
        for (String name : file.names()) {
            if (!expected.contains(name)) {
                problems.add(file.name() + ": tensor " + name + " exists, but is not listed in " + index.getFileName());
            }
        }
    }

    /** Returns the file or index that was opened. */
    public Path path() {
        return path;
    }

    /** Returns all files: that with the tensors, or the index and its shards. */
    public List<Path> files() {
        List<Path> all = new ArrayList<>();
        files.forEach(file -> all.add(file.path()));
        if (!all.contains(path)) {
            all.add(path);
        }
        return all;
    }

    /** Returns the names of all tensors, in the order of the files. */
    public Set<String> names() {
        return fileOf.keySet();
    }

    /** Returns a tensor's shape, outermost dimension first; empty for a scalar. */
    public long[] shape(String name) {
        return file(name).entry(name).shape().clone();
    }

    /** Returns the type of a tensor's stored values. */
    public DType dtype(String name) {
        return file(name).entry(name).dtype();
    }

    /** Returns the name of the file that contains a tensor. */
    public String fileName(String name) {
        return file(name).name();
    }

    /** Reads a tensor's values, row-major; F16 and BF16 are widened exactly. */
    public float[] floats(String name) {
        return file(name).floats(name);
    }

    /** Reads an I64 tensor's values, row-major. */
    public long[] longs(String name) {
        return file(name).longs(name);
    }

    /**
     * Computes the SHA-256 of the file's bytes, in hexadecimal. For shards it is the SHA-256 of a text with a line for
     * each, digest and name in the form of sha256sum.
     */
    public String digest() {
        if (files.size() == 1) {
            return sha256(files.get(0).path());
        }
        StringBuilder lines = new StringBuilder();
        for (SafeTensorsFile file : files) {
            lines.append(sha256(file.path())).append("  ").append(file.name()).append('\n');
        }
        return Sha256.of(lines.toString());
    }

    /**
     * Writes a file and waits until it is on the disk. A failure removes the unfinished file.
     *
     * @param file path; an existing file is overwritten
     * @param tensors tensors, iterated twice: for the header, then for the values
     * @param dtype F32 or BF16; values are rounded to nearest, ties to even
     * @return SHA-256 of the file's bytes, in hexadecimal
     * @throws PolicyFolderException if the disk is full or the file cannot be written
     */
    public static String write(Path file, Iterable<NamedTensor> tensors, DType dtype) {
        return SafeTensorsWriter.write(file, tensors, dtype);
    }

    /** Computes the SHA-256 of a file's bytes, in hexadecimal. */
    public static String sha256(Path file) {
        try {
            return Sha256.of(file);
        } catch (IOException e) {
            throw new PolicyFolderException(file.toString(), "cannot be read: " + e, e);
        }
    }

    @Override
    public void close() {
        files.forEach(SafeTensorsFile::close);
    }

    private SafeTensorsFile file(String name) {
        SafeTensorsFile file = fileOf.get(name);
        if (file == null) {
            throw new PolicyFolderException(path.toString(), "has no tensor " + name, null);
        }
        return file;
    }
}
