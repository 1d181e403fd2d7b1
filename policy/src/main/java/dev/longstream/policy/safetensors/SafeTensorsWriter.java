package dev.longstream.policy.safetensors;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.files.Sha256;
import dev.longstream.policy.file.Json;
import dev.longstream.policy.file.PolicyFolderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Writes tensors to one safetensors file and computes its digest at the same time. */
final class SafeTensorsWriter {
    private static final Logger LOG = LoggerFactory.getLogger(SafeTensorsWriter.class);
    private static final int BLOCK_BYTES = 1 << 22;

    private final FileChannel channel;
    private final DType dtype;
    private final Sha256 digest = new Sha256();
    private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private SafeTensorsWriter(FileChannel channel, DType dtype) {
        this.channel = channel;
        this.dtype = dtype;
    }

    static String write(Path file, Iterable<NamedTensor> tensors, DType dtype) {
        if (dtype != DType.F32 && dtype != DType.BF16) {
            throw new IllegalArgumentException("weights are written as F32 or BF16, not as " + dtype);
        }
        boolean written = false;
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            String sha256 = new SafeTensorsWriter(channel, dtype).write(tensors);
            channel.force(true);
            written = true;
            return sha256;
        } catch (IOException e) {
            throw new PolicyFolderException(file.toString(), "cannot be written: " + e, e);
        } finally {
            if (!written) {
                removePartOf(file);
            }
        }
    }

    /** Removes an unfinished file: it must not be mistaken for a whole one, and a full disk needs the space. */
    private static void removePartOf(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} is incomplete and cannot be removed; remove it by hand", file, e);
        }
    }

    private String write(Iterable<NamedTensor> tensors) throws IOException {
        put(header(tensors));
        for (NamedTensor tensor : tensors) {
            put(tensor);
        }
        drain();
        return digest.hex();
    }

    private byte[] header(Iterable<NamedTensor> tensors) throws IOException {
        ObjectNode header = Json.MAPPER.createObjectNode();
        header.putObject("__metadata__").put("format", "pt"); // transformers refuses a file that does not say so
        long from = 0;
        for (NamedTensor tensor : tensors) {
            ArrayNode shape = Json.MAPPER.createArrayNode();
            Arrays.stream(tensor.shape()).forEach(shape::add);
            long to = from + TensorSpec.size(tensor.shape()) * dtype.bytes();
            ObjectNode entry = Json.MAPPER.createObjectNode();
            entry.put("dtype", dtype.name()).set("shape", shape);
            entry.putArray("data_offsets").add(from).add(to);
            if (header.replace(tensor.name(), entry) != null) {
                throw new IllegalArgumentException("two tensors are named " + tensor.name());
            }
            from = to;
        }
        byte[] json = Json.MAPPER.writeValueAsBytes(header);
        int padded =
                (json.length + 7) / 8 * 8; // values start at a multiple of eight, so that they can be mapped as numbers
        byte[] whole = Arrays.copyOf(
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(padded)
                        .array(),
                8 + padded);
        System.arraycopy(json, 0, whole, 8, json.length);
        Arrays.fill(whole, 8 + json.length, whole.length, " ".getBytes(StandardCharsets.US_ASCII)[0]);
        return whole;
    }

    private void put(byte[] bytes) throws IOException {
        for (int from = 0; from < bytes.length; ) {
            int count = Math.min(block.remaining(), bytes.length - from);
            block.put(bytes, from, count);
            from += count;
            if (!block.hasRemaining()) {
                drain();
            }
        }
    }

    private void put(NamedTensor tensor) throws IOException {
        FloatBuffer values = tensor.values().get().duplicate();
        if (values.remaining() != TensorSpec.size(tensor.shape())) {
            throw new IllegalArgumentException("tensor " + tensor.name() + " has " + values.remaining()
                    + " values, expected " + Arrays.toString(tensor.shape()));
        }
        while (values.hasRemaining()) {
            if (block.remaining() < dtype.bytes()) {
                drain();
            }
            int count = Math.min(block.remaining() / dtype.bytes(), values.remaining());
            if (dtype == DType.F32) {
                block.slice()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .put(values.slice().limit(count));
                block.position(block.position() + count * Float.BYTES);
                values.position(values.position() + count);
            } else {
                for (int i = 0; i < count; i++) {
                    block.putShort(FloatFormats.toBrain(values.get()));
                }
            }
        }
    }

    private void drain() throws IOException {
        block.flip();
        digest.add(block.duplicate());
        while (block.hasRemaining()) {
            channel.write(block);
        }
        block.clear();
    }
}
