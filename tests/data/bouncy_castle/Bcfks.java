import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.util.PBKDF2Config;
import org.bouncycastle.crypto.util.PBKDFConfig;
import org.bouncycastle.crypto.util.ScryptConfig;
import org.bouncycastle.jcajce.BCFKSLoadStoreParameter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Keystores as Bouncy Castle writes them. Arguments: the folder to write to, and a PKCS#12 file
 * under “changeit” with a pair “pair” and a trusted certificate “ca”.
 */
final class Bcfks {
    private static final char[] STORE = "changeit".toCharArray();
    private static final String[] ALGORITHMS = {
        "AES", "DESede", "HmacSHA1", "HmacSHA256", "HmacSHA512", "Camellia", "SEED", "ARIA",
    };

    private Bcfks() {
    }

    private static PBKDFConfig pbkdf2(org.bouncycastle.asn1.x509.AlgorithmIdentifier prf) {
        return new PBKDF2Config.Builder().withPRF(prf).withIterationCount(1000)
            .withSaltLength(20).build();
    }

    private static void write(Provider provider, KeyStore from, String path, PBKDFConfig kdf,
            BCFKSLoadStoreParameter.MacAlgorithm mac,
            BCFKSLoadStoreParameter.EncryptionAlgorithm cipher, String password) throws Exception {
        KeyStore store = KeyStore.getInstance("BCFKS", provider);
        store.load(null, null);
        fill(store, from, password);
        try (FileOutputStream out = new FileOutputStream(path)) {
            store.store(new BCFKSLoadStoreParameter.Builder(out, password.toCharArray())
                .withStorePBKDFConfig(kdf).withStoreMacAlgorithm(mac)
                .withStoreEncryptionAlgorithm(cipher).build());
        }
    }

    private static void fill(KeyStore store, KeyStore from, String password) throws Exception {
        Key key = from.getKey("pair", STORE);
        Certificate[] chain = from.getCertificateChain("pair");
        store.setKeyEntry("pair", key, password.toCharArray(), chain);
        store.setKeyEntry("Own Password", key, "its own".toCharArray(), chain);
        store.setCertificateEntry("ca", from.getCertificate("ca"));
        byte[] bytes = new byte[24];
        bytes[0] = 1;
        for (String algorithm : ALGORITHMS) {
            store.setKeyEntry("secret-" + algorithm, new SecretKeySpec(bytes, algorithm),
                password.toCharArray(), null);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Provider provider = new BouncyCastleProvider();
        Security.addProvider(provider);
        KeyStore from = KeyStore.getInstance("PKCS12", "SunJSSE");
        try (FileInputStream in = new FileInputStream(arguments[1])) {
            from.load(in, STORE);
        }
        String folder = arguments[0] + "/";
        PBKDFConfig scrypt = new ScryptConfig.Builder(1024, 8, 1).withSaltLength(20).build();
        var sha512 = BCFKSLoadStoreParameter.MacAlgorithm.HmacSHA512;
        var sha3 = BCFKSLoadStoreParameter.MacAlgorithm.HmacSHA3_512;
        var ccm = BCFKSLoadStoreParameter.EncryptionAlgorithm.AES256_CCM;
        var wrap = BCFKSLoadStoreParameter.EncryptionAlgorithm.AES256_KWP;
        write(provider, from, folder + "pbkdf2-sha512-ccm.bcfks",
            pbkdf2(PBKDF2Config.PRF_SHA512), sha512, ccm, "changeit");
        write(provider, from, folder + "pbkdf2-sha3-ccm.bcfks",
            pbkdf2(PBKDF2Config.PRF_SHA3_512), sha3, ccm, "changeit");
        write(provider, from, folder + "pbkdf2-sha512-wrap.bcfks",
            pbkdf2(PBKDF2Config.PRF_SHA512), sha3, wrap, "changeit");
        write(provider, from, folder + "scrypt-ccm.bcfks", scrypt, sha512, ccm, "changeit");
        write(provider, from, folder + "scrypt-wrap.bcfks", scrypt, sha3, wrap, "changeit");
        write(provider, from, folder + "umlaut.bcfks",
            pbkdf2(PBKDF2Config.PRF_SHA512), sha512, ccm, "pässwörd €");
        write(provider, from, folder + "empty.bcfks",
            pbkdf2(PBKDF2Config.PRF_SHA512), sha512, ccm, "");
        KeyStore usual = KeyStore.getInstance("BCFKS", provider);
        usual.load(null, null);
        fill(usual, from, "changeit");
        try (FileOutputStream out = new FileOutputStream(folder + "usual.bcfks")) {
            usual.store(out, STORE);
        }
        KeyStore signed = KeyStore.getInstance("BCFKS", provider);
        signed.load(null, null);
        fill(signed, from, "changeit");
        try (FileOutputStream out = new FileOutputStream(folder + "signed.bcfks")) {
            signed.store(new BCFKSLoadStoreParameter.Builder(out,
                (PrivateKey) from.getKey("pair", STORE))
                .withStoreSignatureAlgorithm(
                    BCFKSLoadStoreParameter.SignatureAlgorithm.SHA512withRSA)
                .build());
        }
    }
}
