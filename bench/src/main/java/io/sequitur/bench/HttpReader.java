package io.sequitur.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads HTTP/1.1 messages (RFC 9112) one after another from a connection, requests and responses
 * alike, at the cost of one read and a scan: client libraries take several times the CPU that the
 * server under test is meant to have.
 *
 * <p>What {@link #next} read is valid until it is called again.
 */
final class HttpReader {
  private static final int MAX_HEAD = 64 * 1024;
  private static final int MAX_BODY = 4 * 1024 * 1024;
  private static final int INITIAL = 8 * 1024;

  private final InputStream in;
  private byte[] buffer = new byte[INITIAL];
  private int start;
  private int end;

  private String startLine = "";
  private int contentLength;
  private boolean chunked;
  private boolean keepAlive;
  private byte[] body = buffer;
  private int bodyOffset;
  private int bodyLength;

  HttpReader(InputStream in) {
    this.in = in;
  }

  /** Reads the next message whole; false when the peer closed the connection before it began. */
  boolean next() throws IOException {
    if (start == end) {
      start = 0;
      end = 0;
    }
    if (!readHead()) {
      return false;
    }
    if (chunked) {
      readChunks();
    } else {
      take(contentLength);
      body = buffer;
      bodyOffset = start - contentLength;
      bodyLength = contentLength;
    }
    return true;
  }

  String startLine() {
    return startLine;
  }

  boolean keepAlive() {
    return keepAlive;
  }

  byte[] bytes() {
    return body;
  }

  int bodyOffset() {
    return bodyOffset;
  }

  int bodyLength() {
    return bodyLength;
  }

  String bodyText() {
    return new String(body, bodyOffset, bodyLength, UTF_8);
  }

  private boolean readHead() throws IOException {
    contentLength = 0;
    chunked = false;
    int first = start;
    int lineEnd = lineEnd();
    if (lineEnd < 0) {
      return false;
    }
    startLine = line(lineEnd);
    keepAlive = !startLine.contains("HTTP/1.0");
    while (true) {
      lineEnd = lineEnd();
      if (lineEnd < 0) {
        throw new EOFException("The connection was closed within a message's head");
      }
      if (lineEnd == start) {
        start += 2;
        return true;
      }
      header(lineEnd);
      start = lineEnd + 2;
      if (start - first > MAX_HEAD) {
        throw new IOException("A message's head is longer than " + MAX_HEAD + " bytes");
      }
    }
  }

  private void header(int lineEnd) throws IOException {
    if (named("content-length", lineEnd)) {
      contentLength = number(value("content-length", lineEnd), 10);
    } else if (named("transfer-encoding", lineEnd)) {
      chunked = "chunked".equalsIgnoreCase(value("transfer-encoding", lineEnd));
    } else if (named("connection", lineEnd)) {
      keepAlive = !"close".equalsIgnoreCase(value("connection", lineEnd));
    }
  }

  /** RFC 9112 section 7.1; what the trailer says is of no use here. */
  private void readChunks() throws IOException {
    ByteArrayOutputStream decoded = new ByteArrayOutputStream();
    while (true) {
      int size = number(nextLine().split(";", 2)[0].trim(), 16);
      if (size == 0) {
        break;
      }
      take(size);
      decoded.write(buffer, start - size, size);
      if (decoded.size() > MAX_BODY || !nextLine().isEmpty()) {
        throw new IOException("A chunked body is longer than it says or than " + MAX_BODY);
      }
    }
    while (!nextLine().isEmpty()) {
      // A trailer field.
    }
    body = decoded.toByteArray();
    bodyOffset = 0;
    bodyLength = body.length;
  }

  private void take(int length) throws IOException {
    while (end - start < length) {
      if (!fill()) {
        throw new EOFException("The connection was closed within a message's body");
      }
    }
    start += length;
  }

  private String nextLine() throws IOException {
    int lineEnd = lineEnd();
    if (lineEnd < 0) {
      throw new EOFException("The connection was closed within a chunked body");
    }
    return line(lineEnd);
  }

  private String line(int lineEnd) {
    String line = new String(buffer, start, lineEnd - start, ISO_8859_1);
    start = lineEnd + 2;
    return line;
  }

  /** Where the line that begins at {@code start} ends; -1 when there is nothing more at all. */
  private int lineEnd() throws IOException {
    int searched = 0;
    while (true) {
      for (int i = start + searched; i + 1 < end; i++) {
        if (buffer[i] == '\r' && buffer[i + 1] == '\n') {
          return i;
        }
      }
      // The last byte may be the first of the pair.
      searched = Math.max(0, end - start - 1);
      if (searched > MAX_HEAD) {
        throw new IOException("A line is longer than " + MAX_HEAD + " bytes");
      }
      if (!fill()) {
        if (start == end) {
          return -1;
        }
        throw new EOFException("The connection was closed within a line");
      }
    }
  }

  private boolean fill() throws IOException {
    if (end == buffer.length) {
      makeRoom();
    }
    int n = in.read(buffer, end, buffer.length - end);
    end += Math.max(0, n);
    return n >= 0;
  }

  private void makeRoom() {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    } else {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
  }

  private boolean named(String name, int lineEnd) {
    if (lineEnd - start <= name.length() || buffer[start + name.length()] != ':') {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (Character.toLowerCase((char) buffer[start + i]) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String value(String name, int lineEnd) {
    int from = start + name.length() + 1;
    return new String(buffer, from, lineEnd - from, ISO_8859_1).trim();
  }

  private static int number(String text, int radix) throws IOException {
    try {
      int value = Integer.parseInt(text, radix);
      if (value < 0 || value > MAX_BODY) {
        throw new IOException("A body of " + text + " bytes is longer than " + MAX_BODY);
      }
      return value;
    } catch (NumberFormatException e) {
      throw new IOException("'" + text + "' is not the length of a body", e);
    }
  }
}
