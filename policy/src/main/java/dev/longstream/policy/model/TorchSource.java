package dev.longstream.policy.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * TorchScript methods of one class, and the constants that they read.
 *
 * <p>The methods stand in files beside the Java class that chooses them, {@code *.py} among the resources. Nothing in
 * these files is replaced: a constant {@code "heads"} becomes an attribute of the object that the methods belong to,
 * and they read it as {@code self.heads}. PyTorch refuses to compile a method that reads a constant that is not set.
 * Element types of tensors ({@code self.float32}, {@code self.int64}, …) are always set.
 *
 * <pre>
 * TorchSource.read(SamplingScript.class, "decode.py", "draw.py").with("first_candidates", 512)
 * </pre>
 *
 * @param methods   definitions of methods, not indented; may call methods of sources that are joined later
 * @param constants name to value; each a Long, a Double or a Boolean
 */
public record TorchSource(String methods, Map<String, Object> constants) {
    /**
     * Copies the constants.
     *
     * @throws IllegalArgumentException when a constant is neither Long, Double nor Boolean
     */
    public TorchSource {
        constants = Map.copyOf(constants);
        constants.forEach((name, value) -> {
            if (!(value instanceof Long || value instanceof Double || value instanceof Boolean)) {
                throw new IllegalArgumentException("TorchScript constant " + name + " is a "
                        + value.getClass().getName() + ", expected a Long, a Double or a Boolean");
            }
        });
    }

    /** Creates a source of methods without constants. */
    public static TorchSource of(String methods) {
        return new TorchSource(methods, Map.of());
    }

    /**
     * Reads files of methods from the resources in the package of a class.
     *
     * @throws IllegalStateException when a file is missing
     */
    public static TorchSource read(Class<?> beside, String... files) {
        StringBuilder methods = new StringBuilder();
        for (String file : files) {
            methods.append(readFile(beside, file)).append('\n');
        }
        return of(methods.toString());
    }

    private static String readFile(Class<?> beside, String file) {
        try (InputStream stream = beside.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException("TorchScript file "
                        + beside.getPackageName().replace('.', '/') + "/" + file
                        + " is missing on the class path, where " + beside.getName()
                        + " expects it; rebuild the module");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("TorchScript file " + file + " cannot be read from the class path", e);
        }
    }

    /**
     * Joins the methods and constants of two sources.
     *
     * @throws IllegalArgumentException when both set a constant, to different values
     */
    public TorchSource and(TorchSource other) {
        TorchSource joined = new TorchSource(methods + other.methods, constants);
        for (Map.Entry<String, Object> constant : other.constants.entrySet()) {
            joined = joined.withConstant(constant.getKey(), constant.getValue());
        }
        return joined;
    }

    /** Sets a constant that methods read as an {@code int}. */
    public TorchSource with(String name, long value) {
        return withConstant(name, value);
    }

    /** Sets a constant that methods read as a {@code float}. */
    public TorchSource with(String name, double value) {
        return withConstant(name, value);
    }

    /** Sets a constant that methods read as a {@code bool}. */
    public TorchSource with(String name, boolean value) {
        return withConstant(name, value);
    }

    private TorchSource withConstant(String name, Object value) {
        Map<String, Object> all = new TreeMap<>(constants);
        Object before = all.put(name, value);
        if (before != null && !before.equals(value)) {
            throw new IllegalArgumentException(
                    "TorchScript constant " + name + " is " + value + ", was set to " + before + " before");
        }
        return new TorchSource(methods, all);
    }
}
