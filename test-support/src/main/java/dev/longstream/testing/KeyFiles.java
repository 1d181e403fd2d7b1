package dev.longstream.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A fresh certificate for {@code localhost} and 127.0.0.1 with its private key, signed by itself, in the formats that servers and
 * clients read.
 *
 * @param keyStore PKCS12 key store with key and certificate
 * @param key PEM file with the private key
 * @param certificate PEM file with the certificate
 * @param both PEM file with certificate and key
 */
public record KeyFiles(Path keyStore, Path key, Path certificate, Path both) {
    /** Password of the key store. */
    public static final String PASSWORD = "changeit";

    private static final String ALIAS = "server";

    /** Writes the files into a folder, readable by their owner alone. */
    public static KeyFiles write(Path folder) {
        Path store = folder.resolve("server.p12");
        try {
            Files.createDirectories(folder);
            int exit = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-keyalg",
                            "EC",
                            "-alias",
                            ALIAS,
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=dns:localhost,ip:127.0.0.1",
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("keytool ended with " + exit);
            }
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            String key = pem(
                    "PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
            String certificate = pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
            Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rw-------"));
            return new KeyFiles(
                    store,
                    secret(folder.resolve("key.pem"), key),
                    secret(folder.resolve("certificate.pem"), certificate),
                    secret(folder.resolve("both.pem"), certificate + key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Writes a file that its owner alone may read. */
    public static Path secret(Path file, String content) throws IOException {
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** Returns the TLS context of a client that trusts this certificate alone. */
    public SSLContext clientContext() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    ALIAS,
                    KeyStore.getInstance(keyStore.toFile(), PASSWORD.toCharArray())
                            .getCertificate(ALIAS));
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type
                + "-----\n";
    }
}
