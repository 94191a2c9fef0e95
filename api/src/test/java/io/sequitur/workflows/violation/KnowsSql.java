package io.sequitur.workflows.violation;

import java.sql.Connection;

/** A workflow's package that reaches for a database. */
public record KnowsSql(Connection connection) {}
