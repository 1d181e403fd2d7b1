package dev.longstream.policy.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive: a zip without compression, with the source of one class and a pickle of one instance of
 * it. The instance's attributes are the constants of a {@link TorchSource}; weights are arguments of methods. PyTorch
 * compiles the source when it loads the archive.
 */
final class TorchArchive {
    private static final String FOLDER = "policy/";
    private static final String CLASS_HEAD =
            """
            class Policy(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              _is_full_backward_hook : Optional[bool]
            """;

    private TorchArchive() {}

    /** Returns the bytes of an archive whose class is {@code __torch__.Policy}. */
    static byte[] of(TorchSource source) {
        Map<String, Object> constants = new TreeMap<>(source.constants());
        for (TorchType type : TorchType.values()) {
            constants.put(type.constant(), (long) type.number());
        }
        StringBuilder code = new StringBuilder(CLASS_HEAD);
        constants.forEach((name, value) ->
                code.append("  ").append(name).append(" : ").append(type(value)).append('\n'));
        code.append(source.methods().indent(2));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            add(zip, "data.pkl", pickledInstance(constants));
            add(zip, "code/__torch__.py", code.toString().getBytes(StandardCharsets.UTF_8));
            add(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'}); // protocol 2, the empty tuple, stop
            add(zip, "version", "10\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static String type(Object value) {
        if (value instanceof Boolean) {
            return "bool";
        }
        return value instanceof Double ? "float" : "int";
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(FOLDER + name);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
    }

    /** Pickle opcodes for {@code Policy.__new__(Policy)} with training = False, no hooks, and constants. */
    private static byte[] pickledInstance(Map<String, Object> constants) {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.write(0x80); // protocol
        pickle.write(2);
        text(pickle, "c__torch__\nPolicy\n"); // push the class
        text(pickle, ")"); // no arguments
        pickle.write(0x81); // make the instance
        text(pickle, "}("); // its state, a dictionary
        string(pickle, "training");
        pickle.write(0x89); // False
        string(pickle, "_is_full_backward_hook");
        text(pickle, "N"); // None
        constants.forEach((name, value) -> {
            string(pickle, name);
            constant(pickle, value);
        });
        text(pickle, "ub."); // fill the dictionary, set the state, stop
        return pickle.toByteArray();
    }

    private static void constant(ByteArrayOutputStream pickle, Object value) {
        if (value instanceof Boolean flag) {
            pickle.write(flag ? 0x88 : 0x89); // True or False
        } else if (value instanceof Double number) {
            text(pickle, "G"); // a float of eight bytes, highest first
            pickle.writeBytes(
                    ByteBuffer.allocate(Double.BYTES).putDouble(number).array());
        } else {
            pickle.write(0x8a); // an int of so many bytes, lowest first
            pickle.write(Long.BYTES);
            pickle.writeBytes(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong((Long) value)
                    .array());
        }
    }

    private static void string(ByteArrayOutputStream pickle, String value) {
        text(pickle, "X");
        int length = value.length();
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            pickle.write(length >> shift);
        }
        text(pickle, value);
    }

    private static void text(ByteArrayOutputStream pickle, String value) {
        pickle.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }
}
