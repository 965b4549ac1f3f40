import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A program without any settings for TLS of its own, as a recipe has it: it takes what the system
 * properties say. The variable PEER says whom to call, as host:port; without it, it serves once.
 */
public final class Program {
    private Program() {
    }

    public static void main(String[] arguments) throws Exception {
        String peer = System.getenv("PEER");
        if (peer == null) {
            serve();
        } else {
            call(peer);
        }
    }

    private static void serve() throws Exception {
        SSLServerSocketFactory factory =
            (SSLServerSocketFactory) SSLServerSocketFactory.getDefault();
        try (SSLServerSocket listening = (SSLServerSocket) factory.createServerSocket(
                0, 1, java.net.InetAddress.getLoopbackAddress())) {
            listening.setNeedClientAuth(true);
            System.out.println(listening.getLocalPort());
            System.out.flush();
            try (SSLSocket socket = (SSLSocket) listening.accept()) {
                System.out.println("called by " + exchange(socket));
            }
        }
    }

    private static void call(String peer) throws Exception {
        int colon = peer.lastIndexOf(':');
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        try (SSLSocket socket = (SSLSocket) factory.createSocket(
                peer.substring(0, colon), Integer.parseInt(peer.substring(colon + 1)))) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            System.out.println("answered by " + exchange(socket));
        }
    }

    /** A line each way, since a refusal under TLS 1.3 comes after the handshake. */
    private static String exchange(SSLSocket socket) throws Exception {
        socket.setSoTimeout(20_000);
        OutputStream out = socket.getOutputStream();
        out.write("hello\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
        BufferedReader in = new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        if (!"hello".equals(in.readLine())) {
            throw new IllegalStateException("no answer");
        }
        X509Certificate leaf =
            (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return leaf.getSubjectX500Principal().getName();
    }
}
