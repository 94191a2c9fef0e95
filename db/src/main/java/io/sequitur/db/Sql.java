package io.sequitur.db;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What every statement shares. */
public final class Sql {
  /** Everything of ours stands in this schema; connections have it as their search path. */
  public static final String SCHEMA = "sequitur";

  /**
   * What each connection of an engine begins with. PostgreSQL compiles a statement whose estimate
   * is high enough, anew at each execution; of a claim it guesses that it takes a tenth of what is
   * due. With 100 000 due that was 0.12 s for each claim of ten. And a process that is frozen in
   * the middle of a transaction keeps its connection, and with it the locks of lanes and partitions
   * that others wait for; so PostgreSQL ends a transaction that asks nothing for ten seconds.
   */
  public static final String SESSION =
      "set jit = off; set idle_in_transaction_session_timeout = '10s'";

  /**
   * A condition on a column of a recordset, and always true. The planner takes every recordset for
   * a hundred rows and a queue that was empty at its last vacuum for one, so it would read the
   * whole queue for each statement; with this it expects one row and looks each up by index. It
   * takes a limit that it does not know for a tenth of all rows: there, too, but on an expression
   * ({@code uid + 0}), as it knows the values of a column.
   */
  public static final String FEW = "between 1 and 9223372036854775806";

  private static final ObjectMapper ROWS =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(com.fasterxml.jackson.databind.SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
          .build();

  private Sql() {}

  public static Jdbi jdbi(DataSource dataSource) {
    Jdbi jdbi = Jdbi.create(dataSource);
    jdbi.registerArrayType(UUID.class, "uuid");
    jdbi.registerArrayType(Long.class, "bigint");
    return jdbi;
  }

  /**
   * Joins the event {@code e} of this id. Days have no statistics: the limit keeps the planner from
   * reading all of it to join a few.
   *
   * @param id a column
   */
  public static String joinEvent(String id) {
    return "cross join lateral (select * from event where id = " + id + " limit 1) e";
  }

  /**
   * Records as one parameter for {@code json_to_recordset}: a whole group travels in one statement,
   * whatever its size.
   */
  public static String rows(Object records) {
    try {
      return ROWS.writeValueAsString(records);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("rows cannot be written as JSON", e);
    }
  }

  /**
   * A row that a statement gives as JSON; columns that the record does not name are left out.
   *
   * @throws IllegalArgumentException if they do not fit
   */
  public static <T> T row(String json, Class<T> type) {
    try {
      return ROWS.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a row does not fit " + type.getSimpleName(), e);
    }
  }

  /** Locks the row of this name, and gives its version; empty if there is none. */
  public static Optional<String> lockedVersion(
      Handle handle, String table, String tenant, String name) {
    return handle
        .createQuery(
            "select cast(version as text) from %s where tenant = :tenant and name = :name for update"
                .formatted(table))
        .bind("tenant", tenant)
        .bind("name", name)
        .mapTo(String.class)
        .findOne();
  }

  /** Which of these names no row of the tenant has. */
  public static List<String> missing(
      Handle handle, String table, String tenant, Collection<String> names) {
    return handle
        .createQuery(
            """
            select n from unnest(:names) as u(n)
            where not exists (select from %s t where t.tenant = :tenant and t.name = n)
            """
                .formatted(table))
        .bind("names", names.toArray(String[]::new))
        .bind("tenant", tenant)
        .mapTo(String.class)
        .list();
  }

  public static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    OffsetDateTime time = rs.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  /** A column that is never null. */
  public static Instant time(ResultSet rs, String column) throws SQLException {
    return rs.getObject(column, OffsetDateTime.class).toInstant();
  }

  public static UUID uuid(ResultSet rs, String column) throws SQLException {
    return rs.getObject(column, UUID.class);
  }

  public static @Nullable Long longOrNull(ResultSet rs, String column) throws SQLException {
    long value = rs.getLong(column);
    return rs.wasNull() ? null : value;
  }

  public static @Nullable Integer intOrNull(ResultSet rs, String column) throws SQLException {
    int value = rs.getInt(column);
    return rs.wasNull() ? null : value;
  }

  public static List<String> texts(ResultSet rs, String column) throws SQLException {
    Array array = rs.getArray(column);
    return array == null ? List.of() : List.of((String[]) array.getArray());
  }

  public static List<UUID> uuids(ResultSet rs, String column) throws SQLException {
    Array array = rs.getArray(column);
    return array == null ? List.of() : Arrays.asList((UUID[]) array.getArray());
  }
}
