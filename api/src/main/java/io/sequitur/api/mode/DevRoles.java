package io.sequitur.api.mode;

import io.sequitur.db.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The two roles of a dev database besides its owner: the one that the process uses, and the one of
 * the developer, who writes configuration by hand and has tables of his own. Neither owns anything
 * of ours.
 */
final class DevRoles {
  private static final String APP = "sequitur_app";
  private static final String USER = "sequitur_dev";

  private DevRoles() {}

  /** The process's role; its password is kept in the data directory. */
  static DatabaseAddress app(DatabaseAddress owner, Path directory)
      throws IOException, CannotStart {
    String password = PasswordFile.readOrCreate(directory.resolve("app.password"));
    ensure(owner, APP, password);
    return owner.as(APP, password);
  }

  /**
   * The developer's role: may do to rows what the process may, and create tables in {@code public}.
   */
  static DatabaseAddress user(DatabaseAddress owner, DatabaseAddress app, Path directory)
      throws IOException, CannotStart {
    String password = PasswordFile.readOrCreate(directory.resolve("dev.password"));
    ensure(owner, USER, password);
    execute(
        owner,
        "grant " + app.user() + " to " + USER,
        "grant usage, create on schema public to " + USER);
    execute(
        owner,
        "alter role "
            + USER
            + " in database \""
            + owner.database()
            + "\" set search_path = public, sequitur");
    return owner.as(USER, password);
  }

  private static void ensure(DatabaseAddress owner, String role, String password)
      throws CannotStart {
    try (Connection connection = owner.connect();
        Statement statement = connection.createStatement()) {
      boolean exists;
      try (ResultSet found =
          statement.executeQuery("select from pg_roles where rolname = '" + role + "'")) {
        exists = found.next();
      }
      statement.execute(
          (exists ? "alter" : "create") + " role " + role + " login password '" + password + "'");
    } catch (SQLException e) {
      throw cannot(owner, e);
    }
  }

  private static void execute(DatabaseAddress owner, String... statements) throws CannotStart {
    try (Connection connection = owner.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw cannot(owner, e);
    }
  }

  private static CannotStart cannot(DatabaseAddress owner, SQLException e) {
    return new CannotStart(
        "the roles of the database " + owner + " cannot be made: " + e.getMessage(), e);
  }
}
