package io.sequitur.db;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and who we are there. Text forms: {@code
 * postgresql://user:password@host:port/database} and the same behind {@code jdbc:}, where user and
 * password may also be parameters. {@link #toString} never shows the password.
 */
public record DatabaseAddress(
    String host,
    int port,
    String database,
    String user,
    @Nullable String password,
    String parameters) {
  private static final int DEFAULT_PORT = 5432;

  /**
   * Reads one of the text forms.
   *
   * @throws IllegalArgumentException with a sentence for the user, without the password
   */
  public static DatabaseAddress parse(String text) {
    String plain = text.startsWith("jdbc:") ? text.substring("jdbc:".length()) : text;
    if (!plain.startsWith("postgresql://") && !plain.startsWith("postgres://")) {
      throw new IllegalArgumentException(
          "a database address looks like postgresql://user:password@host:5432/database");
    }
    URI uri = uri(plain);
    String path = uri.getPath() == null ? "" : uri.getPath();
    if (uri.getHost() == null || path.length() < 2) {
      throw new IllegalArgumentException(
          "the database address names no host or no database: postgresql://user:password@host:5432/database");
    }
    Parameters parameters = Parameters.of(uri.getRawQuery());
    String[] userInfo =
        uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
    String user = userInfo.length > 0 ? decode(userInfo[0]) : parameters.user;
    if (user == null) {
      throw new IllegalArgumentException(
          "the database address names no user: postgresql://user:password@host:5432/database");
    }
    String password = userInfo.length > 1 ? decode(userInfo[1]) : parameters.password;
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    return new DatabaseAddress(
        uri.getHost(), port, path.substring(1), user, password, parameters.rest);
  }

  /** For the driver; user and password go beside it. */
  public String jdbcUrl() {
    return "jdbc:postgresql://"
        + host
        + ":"
        + port
        + "/"
        + database
        + (parameters.isEmpty() ? "" : "?" + parameters);
  }

  /** Another database of the same server. */
  public DatabaseAddress in(String otherDatabase) {
    return new DatabaseAddress(host, port, otherDatabase, user, password, parameters);
  }

  /** One connection, for set-up; the caller closes it. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl(), user, password);
  }

  /** The same place as somebody else. */
  public DatabaseAddress as(String otherUser, @Nullable String otherPassword) {
    return new DatabaseAddress(host, port, database, otherUser, otherPassword, parameters);
  }

  /** With the password: for files and processes that may know it. */
  public String toUrl() {
    String secret = password == null ? "" : ":" + encode(password);
    return "postgresql://"
        + encode(user)
        + secret
        + "@"
        + host
        + ":"
        + port
        + "/"
        + database
        + (parameters.isEmpty() ? "" : "?" + parameters);
  }

  @Override
  public String toString() {
    return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
  }

  private static URI uri(String plain) {
    try {
      return URI.create(plain);
    } catch (IllegalArgumentException e) {
      // The parser's message repeats its input, and with it the password.
      throw new IllegalArgumentException(
          "the database address is not a URL; percent-encode special characters of the password",
          null);
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The query part, with the two parameters taken out that the driver gets separately. */
  private record Parameters(@Nullable String user, @Nullable String password, String rest) {
    static Parameters of(@Nullable String query) {
      String user = null;
      String password = null;
      StringBuilder rest = new StringBuilder();
      for (String part : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
        if (part.startsWith("user=")) {
          user = decode(part.substring("user=".length()));
        } else if (part.startsWith("password=")) {
          password = decode(part.substring("password=".length()));
        } else {
          rest.append(rest.isEmpty() ? "" : "&").append(part);
        }
      }
      return new Parameters(user, password, rest.toString());
    }
  }
}
