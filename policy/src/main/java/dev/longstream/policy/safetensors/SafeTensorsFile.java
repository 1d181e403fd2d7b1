package dev.longstream.policy.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.policy.file.FolderProblems;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.PolicyFolderException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * An open safetensors file. The header is checked when it is opened; values are read piece by piece when they are asked for.
 * The file is not mapped into memory: if somebody cuts it off meanwhile, that is an exception here and no fault of the process.
 */
final class SafeTensorsFile implements AutoCloseable {
    /**
     * Maximum length of a header in the format's reference implementation; a larger number means that the file is
     * something else.
     */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    /** Bytes that are read at once, a multiple of eight so that no number is split. */
    private static final int PIECE_BYTES = 1 << 20;

    /**
     * A tensor's type, shape and place in the file.
     *
     * @param dtype type of the stored values
     * @param shape sizes, outermost dimension first
     * @param from position of its first byte in the file
     * @param size number of values
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record TensorEntry(DType dtype, long[] shape, long from, long size) {}

    private final Path path;
    private final FileChannel channel;
    private final Map<String, TensorEntry> entries;

    private SafeTensorsFile(Path path, FileChannel channel, Map<String, TensorEntry> entries) {
        this.path = path;
        this.channel = channel;
        this.entries = entries;
    }

    static SafeTensorsFile open(Path path) {
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new PolicyFolderException(path.toString(), "no such file", e);
        } catch (IOException e) {
            throw new PolicyFolderException(path.toString(), "cannot be read: " + e, e);
        }
        try {
            return new SafeTensorsFile(path, channel, readHeader(path, channel));
        } catch (IOException e) {
            closeAfter(e, channel);
            throw new PolicyFolderException(path.toString(), "cannot be read: " + e, e);
        } catch (RuntimeException e) {
            closeAfter(e, channel);
            throw e;
        }
    }

    private static void closeAfter(Exception failure, FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static Map<String, TensorEntry> readHeader(Path path, FileChannel channel) throws IOException {
        long fileSize = channel.size();
        if (fileSize < 8) {
            throw new PolicyFolderException(
                    path.toString(), "truncated: " + fileSize + " bytes, expected a header length of 8 bytes", null);
        }
        long headerSize = read(channel, 0, 8).getLong();
        if (headerSize < 2 || headerSize > MAX_HEADER_BYTES) {
            throw new PolicyFolderException(
                    path.toString(),
                    "not a safetensors file: the first 8 bytes give a header of " + Long.toUnsignedString(headerSize)
                            + " bytes, expected 2 to " + MAX_HEADER_BYTES,
                    null);
        }
        long dataFrom = 8 + headerSize;
        if (dataFrom > fileSize) {
            throw new PolicyFolderException(
                    path.toString(),
                    "truncated: " + fileSize + " bytes, expected a header of " + headerSize
                            + " bytes after the first 8",
                    null);
        }
        ObjectNode header = Json.readObject(
                path + " (header)", read(channel, 8, (int) headerSize).array());
        return entries(path, header, dataFrom, fileSize);
    }

    private static Map<String, TensorEntry> entries(Path path, ObjectNode header, long dataFrom, long fileSize) {
        FolderProblems problems = new FolderProblems(path);
        Map<String, TensorEntry> entries = new LinkedHashMap<>();
        long end = dataFrom;
        for (Map.Entry<String, JsonNode> field : header.properties()) {
            String name = field.getKey();
            if (name.equals("__metadata__")) {
                continue;
            }
            JsonNode offsets = field.getValue().path("data_offsets");
            String dtypeName = field.getValue().path("dtype").asText();
            DType dtype = Arrays.stream(DType.values())
                    .filter(known -> known.name().equals(dtypeName))
                    .findFirst()
                    .orElse(null);
            if (dtype == null || !field.getValue().path("shape").isArray() || offsets.size() != 2) {
                problems.add("tensor " + name + ": header says " + field.getValue()
                        + ", expected a dtype of " + Arrays.toString(DType.values())
                        + ", a shape and two data_offsets");
                continue;
            }
            long[] shape = Json.MAPPER.convertValue(field.getValue().path("shape"), long[].class);
            long from = offsets.get(0).longValue();
            long to = offsets.get(1).longValue();
            long size = TensorSpec.size(shape);
            if (from < 0 || to - from != size * dtype.bytes()) {
                problems.add("tensor " + name + ": bytes " + from + " to " + to + ", expected " + size * dtype.bytes()
                        + " bytes for " + dtype + " " + Arrays.toString(shape));
            } else if (to > fileSize - dataFrom) {
                problems.add("truncated: tensor " + name + " ends at byte " + (dataFrom + to) + ", the file has "
                        + fileSize);
            }
            end = Math.max(end, dataFrom + to);
            entries.put(name, new TensorEntry(dtype, shape, dataFrom + from, size));
        }
        if (!problems.any() && end < fileSize) {
            problems.add("has " + fileSize + " bytes, expected " + end + ": there are bytes after the last tensor");
        }
        problems.throwIfAny();
        return entries;
    }

    Path path() {
        return path;
    }

    String name() {
        return path.getFileName().toString();
    }

    Set<String> names() {
        return entries.keySet();
    }

    TensorEntry entry(String name) {
        TensorEntry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(path + " has no tensor " + name);
        }
        return entry;
    }

    float[] floats(String name) {
        TensorEntry entry = entry(name);
        if (!entry.dtype().isWeight()) {
            throw wrongType(name, entry, "F32, F16 or BF16");
        }
        float[] values = new float[arraySize(name, entry)];
        forEachPiece(entry, (piece, at) -> {
            int count = piece.remaining() / entry.dtype().bytes();
            if (entry.dtype() == DType.F32) {
                piece.asFloatBuffer().get(values, at, count);
                return;
            }
            ShortBuffer bits = piece.asShortBuffer();
            boolean brain = entry.dtype() == DType.BF16;
            for (int i = 0; i < count; i++) {
                values[at + i] = brain ? FloatFormats.fromBrain(bits.get(i)) : FloatFormats.fromHalf(bits.get(i));
            }
        });
        return values;
    }

    long[] longs(String name) {
        TensorEntry entry = entry(name);
        if (entry.dtype() != DType.I64) {
            throw wrongType(name, entry, "I64");
        }
        long[] values = new long[arraySize(name, entry)];
        forEachPiece(entry, (piece, at) -> piece.asLongBuffer().get(values, at, piece.remaining() / Long.BYTES));
        return values;
    }

    private int arraySize(String name, TensorEntry entry) {
        if (entry.size() > Integer.MAX_VALUE - 8) {
            throw new PolicyFolderException(
                    path.toString(),
                    "tensor " + name + " has " + entry.size() + " values, expected at most " + (Integer.MAX_VALUE - 8),
                    null);
        }
        return (int) entry.size();
    }

    private PolicyFolderException wrongType(String name, TensorEntry entry, String expected) {
        return new PolicyFolderException(
                path.toString(), "tensor " + name + " is stored as " + entry.dtype() + ", expected " + expected, null);
    }

    private interface PieceReader {
        /** Reads little-endian bytes of the tensor's values from index {@code at} on. */
        void read(ByteBuffer piece, int at);
    }

    private void forEachPiece(TensorEntry entry, PieceReader reader) {
        long bytes = entry.size() * entry.dtype().bytes();
        ByteBuffer piece =
                ByteBuffer.allocate((int) Math.min(PIECE_BYTES, bytes)).order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (long done = 0; done < bytes; done += PIECE_BYTES) {
                piece.clear().limit((int) Math.min(PIECE_BYTES, bytes - done));
                fill(piece, channel, entry.from() + done);
                reader.read(piece, (int) (done / entry.dtype().bytes()));
            }
        } catch (IOException e) {
            throw new PolicyFolderException(path.toString(), "cannot be read: " + e, e);
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        fill(buffer, channel, from);
        return buffer;
    }

    /** Reads as many bytes as the buffer has room for, and makes it ready to be read itself. */
    private static void fill(ByteBuffer buffer, FileChannel channel, long from) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new IOException("file ends at byte " + (from + buffer.position()));
            }
        }
        buffer.flip();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new PolicyFolderException(path.toString(), "cannot be closed: " + e, e);
        }
    }
}
