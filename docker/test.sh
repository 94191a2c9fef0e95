#!/bin/sh
# Tests the scripts of this directory without Docker: a fake java prints how it was called.

set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
work=$(mktemp -d)
server=
trap 'rm -rf "$work"; [ -z "$server" ] || kill "$server" 2>/dev/null || :' EXIT
failures=0

check() { # what, expected, actual
  if [ "$2" = "$3" ]; then
    printf 'ok    %s\n' "$1"
  else
    printf 'FAIL  %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

# The last arguments, after -jar, one per line; then what the server would see of the environment.
cat >"$work/java" <<'FAKE'
#!/bin/sh
printf '%s\n' "$@" >"$FAKE_OUT.arguments"
env | sed -n 's/=.*//; /^SEQUITUR_/p' | sort >"$FAKE_OUT.environment"
echo $$ >"$FAKE_OUT.pid"
[ -z "${FAKE_SLEEP:-}" ] || exec sleep "$FAKE_SLEEP"
exit "${FAKE_STATUS:-0}"
FAKE
chmod +x "$work/java"

run() { # arguments of the entrypoint
  env -i PATH="$PATH" FAKE_OUT="$work/out" FAKE_STATUS="${status:-0}" JAVA_OPTS="${options:-}" \
    SEQUITUR_JAVA="$work/java" SEQUITUR_JAR=/a/jar SEQUITUR_HTTP_PORT=9 sh "$here/entrypoint.sh" "$@"
}

after_jar() { sed '1,/^-jar$/d' "$work/out.arguments" | tr '\n' '|'; }

run
check 'no command means serve' '/a/jar|serve|' "$(after_jar)"

run admin create-key 'two words' --tenant ''
check 'a command is passed on word by word' '/a/jar|admin|create-key|two words|--tenant||' "$(after_jar)"

options='-Xmx64m -Dx=y' && run migrate && options=
check 'JAVA_OPTS are flags of the JVM' '-Xmx64m|-Dx=y|' "$(grep -e -Xmx64m -e -Dx=y "$work/out.arguments" | tr '\n' '|')"

check 'the server sees its settings and not those of the entrypoint' 'SEQUITUR_HTTP_PORT' "$(cat "$work/out.environment")"

status=69
code=0
run serve || code=$?
status=
check 'the exit status is the JVM'"'"'s' 69 "$code"

FAKE_OUT="$work/out" FAKE_SLEEP=60 SEQUITUR_JAVA="$work/java" sh "$here/entrypoint.sh" &
server=$!
rm -f "$work/out.pid"
until [ -s "$work/out.pid" ]; do sleep 0.1; done
check 'the JVM takes the place of the shell, so it gets SIGTERM itself' "$server" "$(cat "$work/out.pid")"
kill "$server"
wait "$server" 2>/dev/null || :
server=

# A server for one request that answers with a given status; prints its port first.
answer() { # status
  python3 -c '
import socket, sys
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
c, _ = s.accept()
c.recv(4096)
c.sendall(b"HTTP/1.1 " + sys.argv[1].encode() + b" X\r\ncontent-length: 0\r\n\r\n")
c.close()' "$1" >"$work/port" &
  server=$!
  until [ -s "$work/port" ]; do sleep 0.1; done
}

if command -v python3 >/dev/null 2>&1; then
  for status in 200 503; do
    : >"$work/port"
    answer "$status"
    port=$(cat "$work/port")
    healthy=no
    SEQUITUR_HTTP_PORT=$port bash "$here/health.sh" && healthy=yes
    wait "$server" || :
    server=
    expected=no
    [ "$status" != 200 ] || expected=yes
    check "an answer of $status is healthy: $expected" "$expected" "$healthy"
  done
  healthy=no
  SEQUITUR_HTTP_PORT=$port bash "$here/health.sh" 2>/dev/null && healthy=yes
  check 'no answer is not healthy' no "$healthy"
else
  echo 'skip  health.sh: it needs python3 to be tested'
fi

[ "$failures" -eq 0 ] || exit 1
