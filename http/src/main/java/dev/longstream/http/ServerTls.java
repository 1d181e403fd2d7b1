package dev.longstream.http;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificate chain and private key of a server, from PEM files or from a PKCS12 key store. */
public final class ServerTls {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    private final KeyStore keys;
    private final String password;

    private ServerTls(KeyStore keys, String password) {
        this.keys = keys;
        this.password = password;
    }

    /**
     * Reads PEM files. The certificate's file begins with the server's own certificate; those that issued it follow.
     *
     * @param certificate file with the certificates
     * @param key file with the private key in PKCS8, without a password; may be the certificate's file
     * @throws IOException if a file cannot be read
     * @throws GeneralSecurityException if a file has no certificate or key, or they do not belong together
     */
    public static ServerTls ofPem(Path certificate, Path key) throws IOException, GeneralSecurityException {
        List<Certificate> chain = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (byte[] block : blocks(certificate, "CERTIFICATE")) {
            chain.add(factory.generateCertificate(new ByteArrayInputStream(block)));
        }
        if (chain.isEmpty()) {
            throw new GeneralSecurityException(
                    certificate + " has no certificate, expected a PEM file with -----BEGIN CERTIFICATE-----");
        }
        List<byte[]> keyBlocks = blocks(key, PRIVATE_KEY);
        if (keyBlocks.size() != 1) {
            throw new GeneralSecurityException(
                    key + " has " + keyBlocks.size()
                            + " keys, expected one -----BEGIN PRIVATE KEY-----; 'openssl pkcs8 -topk8 -nocrypt' writes other keys so");
        }
        PublicKey own = chain.get(0).getPublicKey();
        PrivateKey secret =
                KeyFactory.getInstance(own.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(keyBlocks.get(0)));
        if (!belong(own, secret)) {
            throw new GeneralSecurityException(
                    "the key in " + key + " is not that of the first certificate in " + certificate);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        String password = UUID.randomUUID().toString(); // the store is in memory alone
        keys.setKeyEntry("server", secret, password.toCharArray(), chain.toArray(Certificate[]::new));
        return new ServerTls(keys, password);
    }

    /**
     * Reads a PKCS12 key store.
     *
     * @throws IOException if the file cannot be read, or has another password
     * @throws GeneralSecurityException if the file has no private key
     */
    public static ServerTls ofPkcs12(Path store, @Nullable String password)
            throws IOException, GeneralSecurityException {
        String secret = password == null ? "" : password;
        KeyStore keys = KeyStore.getInstance(store.toFile(), secret.toCharArray());
        for (String alias : Collections.list(keys.aliases())) {
            if (keys.isKeyEntry(alias)) {
                return new ServerTls(keys, secret);
            }
        }
        throw new GeneralSecurityException(
                store + " has certificates only, expected a private key with its certificates");
    }

    KeyStore keys() {
        return keys;
    }

    String password() {
        return password;
    }

    /** Returns the decoded PEM blocks of one type, in the file's order. */
    private static List<byte[]> blocks(Path file, String type) throws IOException {
        List<byte[]> found = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        while (block.find()) {
            if (block.group(1).equals(type)) {
                found.add(Base64.getMimeDecoder().decode(block.group(2)));
            }
        }
        return found;
    }

    private static boolean belong(PublicKey own, PrivateKey secret) throws GeneralSecurityException {
        String algorithm = SIGNATURES.get(own.getAlgorithm());
        if (algorithm == null) {
            throw new GeneralSecurityException("the certificate has a key of type " + own.getAlgorithm()
                    + ", expected one of " + SIGNATURES.keySet());
        }
        byte[] sample = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(secret);
        signature.update(sample);
        byte[] signed = signature.sign();
        signature.initVerify(own);
        signature.update(sample);
        return signature.verify(signed);
    }
}
