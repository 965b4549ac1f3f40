import java.io.FileInputStream;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a Java program does that then prints a stack trace. The stores of the handshakes are those
 * of the system properties, as most programs are configured.
 */
public final class Failing {
    private Failing() {
    }

    public static void main(String[] a) {
        try {
            switch (a[0]) {
                case "load" -> load(a[1], a[2], a[3], a[4]);
                case "managers" -> managers(a[1], a[2], a[3], a[4]);
                case "anchors" -> new PKIXParameters(open(a[1], a[2], a[3]));
                case "chain" -> chain(a[1], a[2], a[3], a[4]);
                case "validate" -> validate(a[1], a[2], a[3], a[4], a.length > 5 ? a[5] : null);
                case "https" -> https(a[1]);
                case "httpclient" -> httpClient(a[1]);
                case "socket" -> socket(a[1], Integer.parseInt(a[2]), a[3]);
                case "ldaps" -> ldaps(a[1]);
                case "serve" -> serve(a[1]);
                default -> throw new IllegalArgumentException(a[0]);
            }
        } catch (Exception problem) {
            problem.printStackTrace();
        }
    }

    private static KeyStore open(String type, String file, String password) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        try (InputStream in = new FileInputStream(file)) {
            store.load(in, password.toCharArray());
        }
        return store;
    }

    private static void load(String type, String file, String password, String keyPassword)
        throws Exception {
        KeyStore store = open(type, file, password);
        for (String alias : Collections.list(store.aliases())) {
            Key key = store.getKey(alias, keyPassword.toCharArray());
            System.out.println(alias + " " + (key == null ? "" : key.getAlgorithm()));
        }
    }

    private static void managers(String type, String file, String password, String keyPassword)
        throws Exception {
        KeyStore store = open(type, file, password);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, keyPassword.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    }

    /** Put the key of a store under the chain of a file. */
    private static void chain(String file, String password, String alias, String pem)
        throws Exception {
        KeyStore store = open("PKCS12", file, password);
        X509Certificate[] above = certificates(pem).toArray(new X509Certificate[0]);
        Key key = store.getKey(alias, password.toCharArray());
        store.setKeyEntry(alias, key, password.toCharArray(), above);
    }

    private static List<X509Certificate> certificates(String pem) throws Exception {
        List<X509Certificate> found = new ArrayList<>();
        try (InputStream in = new FileInputStream(pem)) {
            for (Object one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                found.add((X509Certificate) one);
            }
        }
        return found;
    }

    private static void validate(
        String type, String trust, String password, String pem, String list) throws Exception {
        PKIXParameters parameters = new PKIXParameters(open(type, trust, password));
        parameters.setRevocationEnabled(list != null);
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        if (list != null) {
            try (InputStream in = new FileInputStream(list)) {
                parameters.addCertStore(CertStore.getInstance("Collection",
                    new CollectionCertStoreParameters(factory.generateCRLs(in))));
            }
        }
        CertPath path = factory.generateCertPath(certificates(pem));
        CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }

    private static void https(String url) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        connection.setConnectTimeout(2_000);
        connection.setReadTimeout(2_000);
        try (InputStream in = connection.getInputStream()) {
            System.out.println(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static void httpClient(String url) throws Exception {
        HttpClient client = HttpClient.newBuilder().build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
            .timeout(java.time.Duration.ofSeconds(2)).build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.statusCode() + "\n" + answer.body());
    }

    private static void ldaps(String url) throws Exception {
        java.util.Hashtable<String, String> settings = new java.util.Hashtable<>();
        settings.put("java.naming.factory.initial", "com.sun.jndi.ldap.LdapCtxFactory");
        settings.put("java.naming.provider.url", url);
        settings.put("com.sun.jndi.ldap.connect.timeout", "2000");
        settings.put("com.sun.jndi.ldap.read.timeout", "2000");
        new javax.naming.directory.InitialDirContext(settings).close();
    }

    private static void socket(String host, int port, String protocols) throws Exception {
        try (SSLSocket socket =
            (SSLSocket) SSLSocketFactory.getDefault().createSocket(host, port)) {
            socket.setSoTimeout(2_000);
            if (!protocols.isEmpty()) {
                socket.setEnabledProtocols(protocols.split(","));
            }
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
            System.out.println(socket.getInputStream().read());
        }
    }

    private static void serve(String protocols) throws Exception {
        try (SSLServerSocket listening = (SSLServerSocket) SSLContext.getDefault()
            .getServerSocketFactory().createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            listening.setNeedClientAuth(true);
            if (!protocols.isEmpty()) {
                listening.setEnabledProtocols(protocols.split(","));
            }
            System.out.println("PORT " + listening.getLocalPort());
            System.out.flush();
            try (SSLSocket socket = (SSLSocket) listening.accept()) {
                socket.setSoTimeout(2_000);
                socket.startHandshake();
                socket.getInputStream().read();
                socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
