#!/bin/bash
# Succeeds when /health/live answers 200. In bash, whose /dev/tcp needs no curl in the image.

set -eu

exec 3<>"/dev/tcp/127.0.0.1/${SEQUITUR_HTTP_PORT:-8080}"
printf 'GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
IFS=' ' read -r -t 4 _ status _ <&3
[ "$status" = 200 ]
