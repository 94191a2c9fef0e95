package io.sequitur.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

final class HttpReaderTest {
  @Test
  void readsOneMessageAfterAnotherByteForByte() throws IOException {
    HttpReader reader =
        dripping("POST /a HTTP/1.1\r\ncontent-LENGTH: 3\r\n\r\nabcPOST /b HTTP/1.1\r\n\r\n");

    assertThat(reader.next()).isTrue();
    assertThat(reader.startLine()).isEqualTo("POST /a HTTP/1.1");
    assertThat(reader.bodyText()).isEqualTo("abc");
    assertThat(reader.next()).isTrue();
    assertThat(reader.startLine()).isEqualTo("POST /b HTTP/1.1");
    assertThat(reader.bodyLength()).isZero();
    assertThat(reader.next()).isFalse();
  }

  @Test
  void readsChunks() throws IOException {
    HttpReader reader =
        dripping(
            """
            HTTP/1.1 202 Accepted
            Transfer-Encoding: chunked

            3;x=y
            abc
            A
            0123456789
            0
            Trailer: 1

            HTTP/1.1 204 No

            """
                .replace("\n", "\r\n"));

    assertThat(reader.next()).isTrue();
    assertThat(reader.bodyText()).isEqualTo("abc0123456789");
    assertThat(reader.next()).isTrue();
    assertThat(reader.startLine()).isEqualTo("HTTP/1.1 204 No");
  }

  @Test
  void growsForLongBodies() throws IOException {
    String body = "x".repeat(100_000);
    HttpReader reader = reader("POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + body);

    assertThat(reader.next()).isTrue();
    assertThat(reader.bodyText()).isEqualTo(body);
  }

  @Test
  void knowsWhetherTheConnectionStays() throws IOException {
    HttpReader closing = reader("HTTP/1.1 200 OK\r\nConnection: Close\r\n\r\n");
    HttpReader staying = reader("HTTP/1.1 200 OK\r\n\r\n");

    assertThat(closing.next() && closing.keepAlive()).isFalse();
    assertThat(staying.next() && staying.keepAlive()).isTrue();
  }

  @Test
  void messageThatBreaksOffIsAnError() {
    assertThatThrownBy(() -> reader("POST / HT").next()).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> reader("POST / HTTP/1.1\r\nA: b\r\n").next())
        .isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> reader("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\na").next())
        .isInstanceOf(EOFException.class);
  }

  @Test
  void lengthsThatAreNoneOrTooLargeAreErrors() {
    assertThatThrownBy(() -> reader("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n").next())
        .hasMessageContaining("'x'");
    assertThatThrownBy(() -> reader("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n").next())
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> reader("POST / HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n").next())
        .isInstanceOf(IOException.class);
  }

  private static HttpReader reader(String text) {
    return new HttpReader(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  private static HttpReader dripping(String text) {
    InputStream bytes = new ByteArrayInputStream(text.getBytes(UTF_8));
    return new HttpReader(
        new FilterInputStream(bytes) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return super.read(target, offset, Math.min(1, length));
          }
        });
  }
}
