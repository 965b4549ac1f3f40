import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Both sides of mutual TLS as Java does them by default: PKIX, and host names checked. */
final class Tls {
    private static final int MILLISECONDS = 20_000;
    private static CompletableFuture<String> running;

    private Tls() {
    }

    /** Seven fields from {@code at}: key store's type, path, password, key's password; trust's. */
    private static SSLContext context(String[] fields, int at) throws Exception {
        KeyStore keys = Stores.load(fields[at], fields[at + 1], fields[at + 2]);
        KeyManagerFactory own =
            KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, fields[at + 3].toCharArray());
        KeyStore trust = Stores.load(fields[at + 4], fields[at + 5], fields[at + 6]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), managers(trust).getTrustManagers(), null);
        return context;
    }

    private static TrustManagerFactory managers(KeyStore trust) throws Exception {
        TrustManagerFactory found =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        found.init(trust);
        return found;
    }

    /** trusts, type, path, password: for each entry whether it is accepted as a peer of itself. */
    static void trusts(String[] fields, List<String> answer) throws Exception {
        KeyStore trust = Stores.load(fields[1], fields[2], fields[3]);
        X509TrustManager manager = (X509TrustManager) managers(trust).getTrustManagers()[0];
        for (String alias : Collections.list(trust.aliases())) {
            X509Certificate one = (X509Certificate) trust.getCertificate(alias);
            X509Certificate[] chain = {one};
            String as = "";
            try {
                manager.checkClientTrusted(chain, one.getPublicKey().getAlgorithm());
                as += " client";
            } catch (java.security.cert.CertificateException refused) {
                as += " -";
            }
            try {
                manager.checkServerTrusted(chain, "UNKNOWN");
                as += " server";
            } catch (java.security.cert.CertificateException refused) {
                as += " -";
            }
            answer.add(alias + "\t" + as.trim());
        }
    }

    /** accepts, type, path, password, client or server, PEM file: whether the chain is trusted. */
    static void accepts(String[] fields, List<String> answer) throws Exception {
        KeyStore trust = Stores.load(fields[1], fields[2], fields[3]);
        X509TrustManager manager = (X509TrustManager) managers(trust).getTrustManagers()[0];
        java.util.Collection<? extends java.security.cert.Certificate> found;
        try (java.io.InputStream in = new java.io.FileInputStream(fields[5])) {
            found = java.security.cert.CertificateFactory.getInstance("X.509")
                .generateCertificates(in);
        }
        X509Certificate[] chain = found.toArray(new X509Certificate[0]);
        String algorithm = chain[0].getPublicKey().getAlgorithm();
        try {
            if (fields[4].equals("client")) {
                manager.checkClientTrusted(chain, algorithm);
            } else {
                manager.checkServerTrusted(chain, "UNKNOWN");
            }
            answer.add("yes");
        } catch (java.security.cert.CertificateException refused) {
            answer.add("no\t" + refused.getMessage());
        }
    }

    private static SSLServerSocket listen(SSLContext context, String protocol) throws Exception {
        SSLServerSocket socket = (SSLServerSocket) context.getServerSocketFactory()
            .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(true);
        socket.setEnabledProtocols(protocol.split(","));
        socket.setSoTimeout(MILLISECONDS);
        return socket;
    }

    /** The line that the peer sent, what was agreed on, and the SHA-256 of its certificate. */
    private static String talk(SSLSocket socket, String say, boolean first) throws Exception {
        socket.setSoTimeout(MILLISECONDS);
        socket.startHandshake();
        BufferedReader in = new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        byte[] line = (say + "\n").getBytes(StandardCharsets.UTF_8);
        if (first) {
            socket.getOutputStream().write(line);
        }
        String heard = in.readLine();
        if (!first) {
            socket.getOutputStream().write(line);
        }
        SSLSession session = socket.getSession();
        String peer = Stores.sha256(session.getPeerCertificates()[0].getEncoded());
        return "ok\t" + heard + "\t" + session.getProtocol() + "\t" + peer;
    }

    private static CompletableFuture<String> accept(SSLServerSocket listening) {
        return CompletableFuture.supplyAsync(() -> {
            try (listening; SSLSocket socket = (SSLSocket) listening.accept()) {
                return talk(socket, "from the server", false);
            } catch (Exception problem) {
                return "error\t" + Peer.describe(problem);
            }
        });
    }

    private static String call(SSLContext context, int port, String protocol, String host) {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(
                new Socket(InetAddress.getLoopbackAddress(), port), host, port, true)) {
            socket.setEnabledProtocols(protocol.split(","));
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            return talk(socket, "from the client", true);
        } catch (Exception problem) {
            return "error\t" + Peer.describe(problem);
        }
    }

    /**
     * mutual, protocol, seven fields of the server, seven of the client: a line of each. Where they
     * follow, the host that the client means to reach, and its own protocol.
     */
    static void mutual(String[] fields, List<String> answer) throws Exception {
        SSLServerSocket listening = listen(context(fields, 2), fields[1]);
        SSLContext client;
        try {
            client = context(fields, 9);
        } catch (Exception problem) {
            listening.close();
            throw problem;
        }
        CompletableFuture<String> server = accept(listening);
        String host = fields.length > 16 ? fields[16] : "localhost";
        String protocol = fields.length > 17 ? fields[17] : fields[1];
        String called = call(client, listening.getLocalPort(), protocol, host);
        answer.add(server.get(2 * MILLISECONDS, TimeUnit.MILLISECONDS));
        answer.add(called);
    }

    /** serve, protocol, seven fields: the port; what came of it is asked for with served. */
    static void serve(String[] fields, List<String> answer) throws Exception {
        SSLServerSocket listening = listen(context(fields, 2), fields[1]);
        running = accept(listening);
        answer.add("" + listening.getLocalPort());
    }

    static void served(List<String> answer) throws Exception {
        answer.add(running.get(2 * MILLISECONDS, TimeUnit.MILLISECONDS));
    }

    /**
     * gate, mode, CRL file, seven fields: a server that goes on accepting; its port. The modes:
     * strict checks all there is, no-list no revocation, no-purpose no extended key usage, all
     * nothing, want takes who has no certificate.
     */
    static void gate(String[] fields, List<String> answer) throws Exception {
        KeyStore keys = Stores.load(fields[3], fields[4], fields[5]);
        KeyManagerFactory own = KeyManagerFactory.getInstance("SunX509");
        own.init(keys, fields[6].toCharArray());
        KeyStore trust = Stores.load(fields[7], fields[8], fields[9]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusting(fields[1], fields[2], trust), null);
        SSLServerSocket socket = (SSLServerSocket) context.getServerSocketFactory()
            .createServerSocket(0, 16, InetAddress.getLoopbackAddress());
        if (fields[1].equals("want")) {
            socket.setWantClientAuth(true);
        } else {
            socket.setNeedClientAuth(true);
        }
        Thread thread = new Thread(() -> attend(socket));
        thread.setDaemon(true);
        thread.start();
        answer.add("" + socket.getLocalPort());
    }

    private static void attend(SSLServerSocket listening) {
        while (true) {
            try (SSLSocket socket = (SSLSocket) listening.accept()) {
                socket.setSoTimeout(MILLISECONDS);
                socket.startHandshake();
                socket.getInputStream().read();
            } catch (Exception refused) {
                // The next may be better.
            }
        }
    }

    private static TrustManager[] trusting(String mode, String list, KeyStore trust)
            throws Exception {
        if (mode.equals("all") || mode.equals("no-purpose")) {
            return new TrustManager[] {new Careless(mode.equals("all") ? null : trust)};
        }
        java.security.cert.PKIXBuilderParameters rules =
            new java.security.cert.PKIXBuilderParameters(
                trust, new java.security.cert.X509CertSelector());
        rules.setRevocationEnabled(mode.equals("strict"));
        if (mode.equals("strict")) {
            try (java.io.InputStream in = new java.io.FileInputStream(list)) {
                rules.addCertStore(java.security.cert.CertStore.getInstance("Collection",
                    new java.security.cert.CollectionCertStoreParameters(
                        java.security.cert.CertificateFactory.getInstance("X.509")
                            .generateCRLs(in))));
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(rules));
        return factory.getTrustManagers();
    }

    /** What is found in many programs: nothing is checked, or the path and not the purpose. */
    private static final class Careless implements X509TrustManager {
        private final KeyStore trust;

        Careless(KeyStore trust) {
            this.trust = trust;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws java.security.cert.CertificateException {
            if (trust == null) {
                return;
            }
            try {
                java.security.cert.PKIXParameters rules =
                    new java.security.cert.PKIXParameters(trust);
                rules.setRevocationEnabled(false);
                List<X509Certificate> below = new java.util.ArrayList<>();
                for (X509Certificate each : chain) {
                    if (trust.getCertificateAlias(each) == null) {
                        below.add(each);
                    }
                }
                java.security.cert.CertPathValidator.getInstance("PKIX").validate(
                    java.security.cert.CertificateFactory.getInstance("X.509")
                        .generateCertPath(below), rules);
            } catch (java.security.GeneralSecurityException problem) {
                throw new java.security.cert.CertificateException(problem);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** connect, protocol, seven fields, port. */
    static void connect(String[] fields, List<String> answer) throws Exception {
        answer.add(call(context(fields, 2), Integer.parseInt(fields[9]), fields[1], "localhost"));
    }
}
