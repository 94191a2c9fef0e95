#!/bin/sh
# Runs one command of sequitur in the container: `serve` unless another is given.
#
#   JAVA_OPTS           further flags for the JVM
#   SEQUITUR_JAVA       the java command (default: java)
#   SEQUITUR_JAR        the jar (default: /opt/sequitur/sequitur.jar)
#
# Waits for nothing and makes no secret: `serve` starts while PostgreSQL and Temporal are down,
# and goes on when they come.

set -eu

java=${SEQUITUR_JAVA:-java}
jar=${SEQUITUR_JAR:-/opt/sequitur/sequitur.jar}

# These two are for this file only; the server refuses names it does not know.
unset SEQUITUR_JAVA SEQUITUR_JAR

if [ $# -eq 0 ]; then set -- serve; fi

# exec: the JVM is process 1 and gets SIGTERM itself, so a stop finishes what is on the wire.
# shellcheck disable=SC2086 # flags are several words
exec "$java" \
  -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
  -XX:+ExitOnOutOfMemoryError -XX:MaxRAMPercentage=75 ${JAVA_OPTS:-} -jar "$jar" "$@"
