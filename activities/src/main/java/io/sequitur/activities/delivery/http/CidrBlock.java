package io.sequitur.activities.delivery.http;

import java.net.InetAddress;

/**
 * A range of IP addresses, such as {@code 10.0.0.0/8} or {@code fd00::/8}.
 *
 * @param network the first address of the range
 * @param prefix how many leading bits all its addresses share
 */
public record CidrBlock(InetAddress network, int prefix) {
  public CidrBlock {
    int bits = network.getAddress().length * 8;
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException(
          "the prefix of %s is from 0 to %d, not %d"
              .formatted(network.getHostAddress(), bits, prefix));
    }
    if (hasBitsBeyond(network.getAddress(), prefix)) {
      throw new IllegalArgumentException(
          "%s/%d has bits set beyond its prefix: write the first address of the network, or /%d for this one address"
              .formatted(network.getHostAddress(), prefix, bits));
    }
  }

  /**
   * Reads {@code ADDRESS/PREFIX}, or one address alone.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong
   */
  public static CidrBlock parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    InetAddress network = IpLiterals.parse(address).orElseThrow(() -> notARange(text));
    if (slash < 0) {
      return new CidrBlock(network, network.getAddress().length * 8);
    }
    String prefix = text.substring(slash + 1);
    if (!prefix.matches("\\d{1,3}")) {
      throw notARange(text);
    }
    return new CidrBlock(network, Integer.parseInt(prefix));
  }

  /** True if the address lies in this range; an IPv4 address never lies in an IPv6 range. */
  boolean contains(InetAddress address) {
    byte[] ours = network.getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    int whole = prefix / 8;
    for (int i = 0; i < whole; i++) {
      if (ours[i] != theirs[i]) {
        return false;
      }
    }
    return prefix % 8 == 0 || ((ours[whole] ^ theirs[whole]) & 0xFF) >>> (8 - prefix % 8) == 0;
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefix;
  }

  private static boolean hasBitsBeyond(byte[] address, int prefix) {
    for (int bit = prefix; bit < address.length * 8; bit++) {
      if ((address[bit / 8] >> (7 - bit % 8) & 1) != 0) {
        return true;
      }
    }
    return false;
  }

  private static IllegalArgumentException notARange(String text) {
    return new IllegalArgumentException(
        "\"%s\" is not a network: write an address and a prefix length, such as 10.0.0.0/8, 192.168.7.9/32 or fd00::/8"
            .formatted(text));
  }
}
