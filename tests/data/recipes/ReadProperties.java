import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Properties;
import java.util.TreeSet;

/** What a .properties file says to Java: key and value a line, the value in Base64 of UTF-8. */
public final class ReadProperties {
    private ReadProperties() {
    }

    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        try (InputStream in = new FileInputStream(arguments[0])) {
            properties.load(in);
        }
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            byte[] value = properties.getProperty(key).getBytes(StandardCharsets.UTF_8);
            System.out.println(key + " " + Base64.getEncoder().encodeToString(value));
        }
    }
}
