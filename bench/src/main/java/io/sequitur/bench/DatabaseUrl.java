package io.sequitur.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * A {@code postgresql://user:password@host:port/database} URL, the form that all of PostgreSQL's
 * own tools take.
 */
final class DatabaseUrl {
  private static final String JDBC = "jdbc:";
  private static final String TIMEOUT_SECONDS = "10";

  private final URI uri;

  private DatabaseUrl(URI uri) {
    this.uri = uri;
  }

  /** The text is in no message: it holds a password. */
  static DatabaseUrl parse(String text) {
    URI uri = URI.create(text.startsWith(JDBC) ? text.substring(JDBC.length()) : text);
    boolean postgres = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
    if (!postgres || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "The database URL must look like postgresql://user:password@host:5432/database");
    }
    return new DatabaseUrl(uri);
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl(), properties());
  }

  boolean isLoopback() {
    try {
      return InetAddress.getByName(uri.getHost()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  String jdbcUrl() {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query;
  }

  Properties properties() {
    Properties properties = new Properties();
    String userInfo = uri.getRawUserInfo();
    if (userInfo != null) {
      String[] parts = userInfo.split(":", 2);
      properties.setProperty("user", decoded(parts[0]));
      if (parts.length == 2) {
        properties.setProperty("password", decoded(parts[1]));
      }
    }
    properties.setProperty("ApplicationName", "sequitur-bench");
    properties.setProperty("connectTimeout", TIMEOUT_SECONDS);
    properties.setProperty("socketTimeout", TIMEOUT_SECONDS);
    return properties;
  }

  /** In a URL's user part a plus is a plus; the decoder is made for forms, where it is a blank. */
  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
  }
}
