import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.security.Key;
import java.security.KeyStore;
import java.util.Collections;
import java.util.HexFormat;
import java.util.TreeSet;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Prints each entry of a JCEKS store with its key; or adds a key that is kept as a KeyRep. */
public class Jceks {
    public static void main(String[] arguments) throws Exception {
        char[] password = arguments[1].toCharArray();
        KeyStore store = KeyStore.getInstance("JCEKS");
        try (FileInputStream in = new FileInputStream(new File(arguments[0]))) {
            store.load(in, password);
        }
        if (arguments[2].equals("add")) {
            Key key = SecretKeyFactory.getInstance("PBEWithMD5AndDES")
                .generateSecret(new PBEKeySpec("open sesame".toCharArray()));
            store.setKeyEntry("phrase", key, password, null);
            try (FileOutputStream out = new FileOutputStream(arguments[0])) {
                store.store(out, password);
            }
            return;
        }
        for (String alias : new TreeSet<>(Collections.list(store.aliases()))) {
            char[] own = arguments[2].startsWith(alias + "=")
                ? arguments[2].substring(alias.length() + 1).toCharArray() : password;
            Key key = store.getKey(alias, own);
            int chain = store.getCertificateChain(alias) == null
                ? 0 : store.getCertificateChain(alias).length;
            System.out.println(alias + "|" + (key == null ? "certificate" : key.getAlgorithm())
                + "|" + chain + "|"
                + (key == null ? "" : HexFormat.of().formatHex(key.getEncoded())));
        }
    }
}
