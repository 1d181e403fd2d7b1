package dev.longstream.policy.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive: a zip without compression, with the source of one class and a pickle of one instance of it. The class has
 * methods only; weights are arguments. PyTorch compiles the source when it loads the archive.
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

    /**
     * @param methods definitions of methods of {@code __torch__.Policy}, not indented
     * @return the archive's bytes
     */
    static byte[] of(String methods) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            add(zip, "data.pkl", pickledInstance());
            add(zip, "code/__torch__.py", (CLASS_HEAD + methods.indent(2)).getBytes(StandardCharsets.UTF_8));
            add(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'}); // protocol 2, the empty tuple, stop
            add(zip, "version", "10\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
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

    /** Pickle opcodes for {@code Policy.__new__(Policy)} with training = False and no hooks. */
    private static byte[] pickledInstance() {
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
        text(pickle, "ub."); // fill the dictionary, set the state, stop
        return pickle.toByteArray();
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
