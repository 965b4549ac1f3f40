import java.io.BufferedInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/** What Java sees in a store, and stores that its API can make and keytool does not. */
final class Stores {
    private Stores() {
    }

    /** An empty password means none at all; the JDK's own trust store has none. */
    static char[] password(String text) {
        return text.isEmpty() ? null : text.toCharArray();
    }

    static KeyStore load(String type, String path, String password) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(path)))) {
            store.load(in, password(password));
        }
        return store;
    }

    static String sha256(byte[] data) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    }

    /**
     * dump, type, path, store password, then the passwords that keys may have. A line for each
     * entry: alias, kind, creation date in milliseconds, SHA-256 of each certificate with commas
     * between, algorithm of the key, SHA-256 of the key as it is encoded, and the password that
     * opened it.
     */
    static void dump(String[] fields, List<String> answer) throws Exception {
        KeyStore store = load(fields[1], fields[2], fields[3]);
        for (String alias : Collections.list(store.aliases())) {
            long created = store.getCreationDate(alias).getTime();
            String kind = "trusted-certificate";
            String opened = "\t\t";
            List<String> chain = new ArrayList<>();
            if (store.isKeyEntry(alias)) {
                kind = store.getCertificate(alias) == null ? "secret-key" : "key-pair";
                opened = open(store, alias, fields);
                Certificate[] all = store.getCertificateChain(alias);
                for (Certificate one : all == null ? new Certificate[0] : all) {
                    chain.add(sha256(one.getEncoded()));
                }
            } else {
                chain.add(sha256(store.getCertificate(alias).getEncoded()));
            }
            String certificates = String.join(",", chain);
            answer.add(String.join("\t", alias, kind, "" + created, certificates, opened));
        }
    }

    private static String open(KeyStore store, String alias, String[] fields) throws Exception {
        for (int index = 4; index < fields.length; index++) {
            try {
                Key key = store.getKey(alias, password(fields[index]));
                if (key != null) {
                    return key.getAlgorithm() + "\t" + sha256(key.getEncoded())
                        + "\t" + fields[index];
                }
            } catch (UnrecoverableKeyException wrong) {
                continue;
            }
        }
        return "\t\tUnrecoverableKeyException";
    }

    /**
     * copy, type, path, password, type, path, password, then settings as name=value and
     * passwords of entries as @alias=password. Certificates and keys go into a new file.
     */
    static void copy(String[] fields, List<String> answer) throws Exception {
        KeyStore from = load(fields[1], fields[2], fields[3]);
        KeyStore to = KeyStore.getInstance(fields[4]);
        to.load(null, null);
        List<String> settings = new ArrayList<>();
        try {
            List<String> own = new ArrayList<>();
            for (int index = 7; index < fields.length; index++) {
                int equals = fields[index].indexOf('=');
                String name = fields[index].substring(0, equals);
                String value = fields[index].substring(equals + 1);
                if (name.startsWith("@")) {
                    own.add(name.substring(1));
                    own.add(value);
                } else {
                    settings.add(name);
                    System.setProperty(name, value);
                }
            }
            for (String alias : Collections.list(from.aliases())) {
                int at = own.indexOf(alias);
                String password = at < 0 ? fields[6] : own.get(at + 1);
                if (!from.isKeyEntry(alias)) {
                    to.setCertificateEntry(alias, from.getCertificate(alias));
                } else if (!password.isEmpty()) {
                    Key key = from.getKey(alias, password(fields[3]));
                    if (!(fields[4].equals("JKS") && from.getCertificate(alias) == null)) {
                        Certificate[] chain = from.getCertificateChain(alias);
                        to.setKeyEntry(alias, key, password(password), chain);
                    }
                }
            }
            try (OutputStream out = Files.newOutputStream(Path.of(fields[5]))) {
                to.store(out, password(fields[6]));
            }
        } finally {
            settings.forEach(System::clearProperty);
        }
        answer.add("" + to.size());
    }

    /** fill, type, path, password, certificates: each of a PEM file as entry0, entry1 and so on. */
    static void fill(String[] fields, List<String> answer) throws Exception {
        KeyStore store = KeyStore.getInstance(fields[1]);
        store.load(null, null);
        int number = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(fields[4])))) {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Certificate one : factory.generateCertificates(in)) {
                store.setCertificateEntry("entry" + number++, one);
            }
        }
        try (OutputStream out = Files.newOutputStream(Path.of(fields[2]))) {
            store.store(out, password(fields[3]));
        }
        answer.add("" + store.size());
    }
}
