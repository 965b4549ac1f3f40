import java.io.FileInputStream;
import java.io.InputStream;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Java's validation of a certificate path, revocation lists included (PKIX). */
final class Paths {
    private Paths() {
    }

    /**
     * validate, anchor, path from the leaf without the anchor, revocation lists or nothing, all
     * files in PEM: yes, or no and why.
     */
    static void validate(String[] fields, List<String> answer) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate anchor;
        List<Certificate> path;
        try (InputStream in = new FileInputStream(fields[1]);
             InputStream leaf = new FileInputStream(fields[2])) {
            anchor = (X509Certificate) factory.generateCertificate(in);
            path = new ArrayList<>(factory.generateCertificates(leaf));
        }
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
        parameters.setRevocationEnabled(!fields[3].isEmpty());
        if (!fields[3].isEmpty()) {
            Collection<?> lists;
            try (InputStream in = new FileInputStream(fields[3])) {
                lists = factory.generateCRLs(in);
            }
            parameters.addCertStore(
                CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
        }
        try {
            CertPathValidator.getInstance("PKIX")
                .validate(factory.generateCertPath(path), parameters);
            answer.add("yes");
        } catch (CertPathValidatorException refused) {
            answer.add("no\t" + refused.getReason() + "\t" + refused.getMessage());
        }
    }
}
