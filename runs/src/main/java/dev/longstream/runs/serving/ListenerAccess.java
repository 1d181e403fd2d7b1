package dev.longstream.runs.serving;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.http.Authentication;
import dev.longstream.http.ServerAccess;
import dev.longstream.http.ServerTls;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Names the files and secrets that decide who may connect to a server of this process.
 *
 * @param insecureNetwork whether the server may listen beyond this machine without authentication
 * @param tlsCertificate PEM file with the certificate and those that issued it, or a PKCS12 key store; null: plain HTTP
 * @param tlsKey PEM file with the private key; null: the key is in the file of the certificate
 * @param tlsPassword password of the PKCS12 key store; null for none
 */
public record ListenerAccess(
        boolean insecureNetwork, @Nullable Path tlsCertificate, @Nullable Path tlsKey, @Nullable String tlsPassword) {
    /** Everybody on this machine, without TLS. */
    public static final ListenerAccess THIS_MACHINE = new ListenerAccess(false, null, null, null);

    /**
     * Reads the files of a server whose clients send an API key.
     *
     * @param key the key; null: none is needed
     */
    public ServerAccess withKey(@Nullable String key) {
        return new ServerAccess(key == null ? Authentication.NONE : Authentication.bearer(key), tls(), insecureNetwork);
    }

    /**
     * Reads the files of a server whose clients send a user name and a password.
     *
     * @param users file with a line {@code user:password} for each user; null: no password is needed
     */
    ServerAccess withUsers(@Nullable Path users) {
        return new ServerAccess(
                users == null ? Authentication.NONE : Authentication.basic(passwords(users)), tls(), insecureNetwork);
    }

    private @Nullable ServerTls tls() {
        if (tlsCertificate == null) {
            if (tlsKey != null || tlsPassword != null) {
                throw new WrongUseException(
                        "A key or its password is given, but no certificate; add --tls-certificate");
            }
            return null;
        }
        String name = tlsCertificate.toString().toLowerCase(Locale.ROOT);
        boolean store = name.endsWith(".p12") || name.endsWith(".pfx");
        if (store && tlsKey != null) {
            throw new WrongUseException("--tls-key is given beside the key store " + tlsCertificate
                    + ", which holds the key; leave it out");
        }
        if (!store && tlsPassword != null) {
            throw new WrongUseException("--tls-password-variable is given, but " + tlsCertificate
                    + " is no PKCS12 key store (.p12 or .pfx); keys in PEM files have no password");
        }
        Path key = tlsKey == null ? tlsCertificate : tlsKey;
        refuseIfOthersCanRead(key);
        try {
            return store ? ServerTls.ofPkcs12(tlsCertificate, tlsPassword) : ServerTls.ofPem(tlsCertificate, key);
        } catch (IOException | GeneralSecurityException e) {
            throw new UnusableInputException(
                    "The certificate and key of --tls-certificate " + tlsCertificate + " cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * Reads {@code user:password} lines. Empty lines and lines that begin with # do not count.
     *
     * @throws UnusableInputException if the file cannot be read or has a line of another form; the message has no password
     */
    static Map<String, String> passwords(Path file) {
        refuseIfOthersCanRead(file);
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new UnusableInputException("The users of --users-file " + file + " cannot be read: " + e, e);
        }
        Map<String, String> passwords = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            if (colon < 1 || colon == line.length() - 1) {
                throw new UnusableInputException(
                        file + " line " + (i + 1) + " is not of the form user:password, which every line must have");
            }
            if (passwords.put(line.substring(0, colon), line.substring(colon + 1)) != null) {
                throw new UnusableInputException(
                        file + " line " + (i + 1) + " names the user " + line.substring(0, colon) + " a second time");
            }
        }
        if (passwords.isEmpty()) {
            throw new UnusableInputException(file + " has no user, expected lines of the form user:password");
        }
        return passwords;
    }

    /** Refuses a file with a secret that every user of this machine may read or change. */
    private static void refuseIfOthersCanRead(Path file) {
        if (!Files.isReadable(file)) {
            throw new UnusableInputException(file + " cannot be read; is the name right, and may this user read it?");
        }
        try {
            Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
            if (rights.contains(PosixFilePermission.OTHERS_READ)
                    || rights.contains(PosixFilePermission.OTHERS_WRITE)
                    || rights.contains(PosixFilePermission.GROUP_WRITE)) {
                throw new UnusableInputException(file + " has the rights " + PosixFilePermissions.toString(rights)
                        + ", but it holds a secret; chmod 600 " + file);
            }
        } catch (UnsupportedOperationException e) {
            return; // a file system without such rights
        } catch (IOException e) {
            throw new UnusableInputException(file + " cannot be read: " + e, e);
        }
    }
}
