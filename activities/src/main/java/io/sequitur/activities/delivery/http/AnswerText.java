package io.sequitur.activities.delivery.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import okhttp3.Response;
import okio.Buffer;

/** The beginning of an answer as text that PostgreSQL can store. */
final class AnswerText {
  private static final int MAX_BYTES = 4 * 1024;

  private AnswerText() {}

  /**
   * Invalid UTF-8 is replaced, NUL left out, and the result is at most 4 KiB in UTF-8; a compressed
   * body, which nobody asked for, is named instead of shown, never inflated.
   */
  static String of(Response response, Buffer received) {
    String encoding = response.header("Content-Encoding", "identity");
    if (received.size() > 0 && !"identity".equalsIgnoreCase(encoding)) {
      return "(the answer is compressed, although none was asked for)";
    }
    byte[] head = received.snapshot((int) Math.min(MAX_BYTES, received.size())).toByteArray();
    return decode(head, received.size() <= MAX_BYTES);
  }

  private static String decode(byte[] head, boolean complete) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    CharBuffer text = CharBuffer.allocate(head.length);
    // A character that the cut goes through is left out rather than shown as damage.
    decoder.decode(ByteBuffer.wrap(head), text, complete);
    return cut(text.flip().toString().replace("\u0000", ""));
  }

  /** Replacement characters take three bytes where the damage took one, so cut once more. */
  private static String cut(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= MAX_BYTES) {
      return text;
    }
    int end = MAX_BYTES;
    while ((utf8[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(utf8, 0, end, StandardCharsets.UTF_8);
  }
}
