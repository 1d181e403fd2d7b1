package dev.longstream.stack.broker;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/**
 * User name and password of the embedded broker, its controller and its clients. The broker listens on the loopback interface,
 * which every user of the machine can reach; only who knows the password may use it. SASL/PLAIN, since nothing leaves the
 * machine.
 *
 * @param user name of the user
 * @param password password, without quotation marks and backslashes
 */
public record Login(String user, String password) {
    private static final String USER = "longstream";
    private static final int SECRET_BYTES = 24;

    /** Returns the login with a password that was drawn before. */
    public static Login of(String password) {
        return new Login(USER, password);
    }

    /** Draws a new password of 48 hexadecimal digits. */
    public static Login random() {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return of(HexFormat.of().formatHex(secret));
    }

    /** Returns the settings with which a Kafka client connects. */
    public Map<String, String> clientProperties() {
        return Map.of(
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                BrokerProperties.MECHANISM,
                "sasl.jaas.config",
                jaas() + ";");
    }

    /** Returns the broker's list of users, which has this one only, and its own login at its controller. */
    String jaasOfBroker() {
        return jaas() + " user_" + user + "=\"" + password + "\";";
    }

    private String jaas() {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + user + "\" password=\""
                + password + "\"";
    }

    @Override
    public String toString() {
        return user; // a record would print the password
    }
}
