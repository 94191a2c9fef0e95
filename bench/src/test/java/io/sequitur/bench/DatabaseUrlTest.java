package io.sequitur.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class DatabaseUrlTest {
  @Test
  void takesUserAndPasswordOutOfTheUrl() {
    DatabaseUrl url =
        DatabaseUrl.parse("postgresql://me:p%40s+s:x@127.0.0.1:5433/app?sslmode=disable");

    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://127.0.0.1:5433/app?sslmode=disable");
    assertThat(url.properties()).containsEntry("user", "me").containsEntry("password", "p@s+s:x");
    assertThat(url.isLoopback()).isTrue();
  }

  @Test
  void takesTheJdbcFormToo() {
    assertThat(DatabaseUrl.parse("jdbc:postgresql://db.example/app").jdbcUrl())
        .isEqualTo("jdbc:postgresql://db.example/app");
  }

  @Test
  void refusesOthersWithoutRepeatingThem() {
    assertThatThrownBy(() -> DatabaseUrl.parse("mysql://me:secret@host/app"))
        .hasMessageContaining("postgresql://")
        .hasMessageNotContaining("secret");
  }
}
