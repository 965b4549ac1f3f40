import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * Java as the other side: reads one command a line from standard input, its fields separated by
 * tabs, and answers in lines that end with one of a single dot. Passwords come the same way, so
 * that none stands on a command line. It stays up, since starting a JVM for each question would
 * take longer than all of the answers.
 */
public final class Peer {
    private Peer() {
    }

    public static void main(String[] arguments) throws Exception {
        // Without this a "JKS" would also be read where the file is PKCS#12, and the reverse.
        Security.setProperty("keystore.type.compat", "false");
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            List<String> answer = new ArrayList<>();
            try {
                String[] fields = line.split("\t", -1);
                switch (fields[0]) {
                    case "dump" -> Stores.dump(fields, answer);
                    case "copy" -> Stores.copy(fields, answer);
                    case "fill" -> Stores.fill(fields, answer);
                    case "trusts" -> Tls.trusts(fields, answer);
                    case "accepts" -> Tls.accepts(fields, answer);
                    case "mutual" -> Tls.mutual(fields, answer);
                    case "serve" -> Tls.serve(fields, answer);
                    case "served" -> Tls.served(answer);
                    case "gate" -> Tls.gate(fields, answer);
                    case "connect" -> Tls.connect(fields, answer);
                    case "validate" -> Paths.validate(fields, answer);
                    case "names" -> names(fields, answer);
                    default -> throw new IllegalArgumentException(fields[0]);
                }
            } catch (Exception problem) {
                answer.clear();
                answer.add("problem\t" + describe(problem));
            }
            answer.forEach(out::println);
            out.println(".");
        }
    }

    /** The names whose DER is given in hex, as RFC 2253 has them. */
    private static void names(String[] fields, List<String> answer) {
        for (int index = 1; index < fields.length; index++) {
            byte[] encoded = HexFormat.of().parseHex(fields[index]);
            answer.add(new X500Principal(encoded).getName(X500Principal.RFC2253));
        }
    }

    /** The innermost cause that says something, in one line: class, tab, message. */
    static String describe(Throwable problem) {
        Throwable cause = problem;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + "\t"
            + String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
    }
}
