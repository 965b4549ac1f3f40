import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.security.Permission;
import java.util.Base64;

/**
 * The JDK's own keytool, run again and again in one virtual machine, since starting one takes far
 * longer than what keytool then does.
 *
 * <p>Reads lines: the number of arguments, each argument, and what keytool reads as its standard
 * input; answers with lines: the exit code, its standard output, and its standard error. All but
 * the numbers are Base64 of UTF-8. Each argument is what the command line would have.
 */
public final class KeytoolServer {
    private KeytoolServer() {}

    /** What ends keytool where it would end its process: no exception, as it catches those. */
    private static final class Ended extends Error {
        private static final long serialVersionUID = 1;
        private final int code;

        private Ended(int code) {
            this.code = code;
        }
    }

    /** Allows everything but to end the machine. */
    @SuppressWarnings("removal")
    private static final class StaysAlive extends SecurityManager {
        @Override
        public void checkExit(int code) {
            throw new Ended(code);
        }

        @Override
        public void checkPermission(Permission permission) {}
    }

    @SuppressWarnings("removal")
    public static void main(String[] none) throws Exception {
        BufferedReader asked =
                new BufferedReader(
                        new InputStreamReader(
                                new FileInputStream(FileDescriptor.in), StandardCharsets.US_ASCII));
        PrintStream answers =
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, "US-ASCII");
        Method keytool =
                Class.forName("sun.security.tools.keytool.Main")
                        .getMethod("main", String[].class);
        // From Java 24 on there is none, and this machine ends: keytool then gets processes.
        System.setSecurityManager(new StaysAlive());
        for (String count = asked.readLine(); count != null; count = asked.readLine()) {
            String[] arguments = new String[Integer.parseInt(count)];
            for (int each = 0; each < arguments.length; each++) {
                arguments[each] = new String(decoded(asked.readLine()), StandardCharsets.UTF_8);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            System.setIn(new ByteArrayInputStream(decoded(asked.readLine())));
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            int code = 0;
            try {
                keytool.invoke(null, (Object) arguments);
            } catch (InvocationTargetException error) {
                if (!(error.getCause() instanceof Ended)) {
                    throw error;
                }
                code = ((Ended) error.getCause()).code;
            }
            System.out.flush();
            System.err.flush();
            answers.println(code);
            answers.println(encoded(out));
            answers.println(encoded(err));
        }
    }

    private static byte[] decoded(String line) {
        return Base64.getDecoder().decode(line);
    }

    private static String encoded(ByteArrayOutputStream what) {
        return Base64.getEncoder().encodeToString(what.toByteArray());
    }
}
