package io.sequitur.activities.delivery.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses may be called: those of the public internet on ports 80 and 443, and what the
 * operator allows on any port.
 *
 * <p>Written as tables because the predicates of {@link InetAddress} miss most special ranges. IPv4
 * names what is not public (IANA's special-purpose registry, and Azure's host service); IPv6 names
 * what is, which is one block less a few pieces.
 *
 * @param allow the operator's networks; never a tenant's choice
 */
public record EgressPolicy(List<CidrBlock> allow) {
  private static final List<CidrBlock> DENIED_IPV4 =
      blocks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // carrier-grade NAT
          "127.0.0.0/8", // loopback
          "168.63.129.16/32", // Azure's host service, in the middle of public space
          "169.254.0.0/16", // link-local: clouds' metadata
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocol assignments
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // 6to4 relays
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4"); // reserved, broadcast

  private static final CidrBlock GLOBAL_IPV6 = CidrBlock.parse("2000::/3");

  private static final List<CidrBlock> DENIED_GLOBAL_IPV6 =
      blocks(
          "2001::/23", // protocol assignments; Teredo carries IPv4 addresses
          "2001:db8::/32", // documentation
          "2002::/16", // 6to4 carries IPv4 addresses
          "3fff::/20"); // documentation

  private static final List<CidrBlock> LOOPBACK = blocks("127.0.0.0/8", "::1/128");

  public EgressPolicy {
    allow = List.copyOf(allow);
  }

  /** Nothing but the public internet. */
  public static EgressPolicy publicOnly() {
    return new EgressPolicy(List.of());
  }

  /** The public internet and this machine's loopback addresses: what {@code dev} uses. */
  public static EgressPolicy loopbackAllowed() {
    return publicOnly().withLoopback();
  }

  /**
   * Reads the operator's list, as in {@code SEQUITUR_EGRESS_ALLOW}: networks with commas or spaces
   * between. An empty text allows nothing more.
   *
   * @throws IllegalArgumentException naming the entry that is wrong
   */
  public static EgressPolicy parse(String networks) {
    return new EgressPolicy(
        Arrays.stream(networks.split("[,\\s]+"))
            .filter(network -> !network.isEmpty())
            .map(CidrBlock::parse)
            .toList());
  }

  /** This policy, and loopback allowed too. */
  public EgressPolicy withLoopback() {
    return new EgressPolicy(Stream.concat(allow.stream(), LOOPBACK.stream()).toList());
  }

  /** True if the address may be called at all. */
  public boolean mayCall(InetAddress address) {
    InetAddress plain = unmapped(address);
    return isAllowed(plain) || isPublic(plain);
  }

  /** True if a connection to this port of an address that may be called is allowed. */
  public boolean mayUsePort(InetAddress address, int port) {
    return isWebPort(port) || isAllowed(unmapped(address));
  }

  /**
   * True if a name might lead to an address that may be called on this port. Only the address that
   * is dialled decides; this refuses at once what cannot succeed.
   */
  boolean nameMayUsePort(int port) {
    return isWebPort(port) || allow.stream().anyMatch(block -> !LOOPBACK.contains(block));
  }

  private boolean isAllowed(InetAddress address) {
    return contain(allow, address);
  }

  private static boolean isWebPort(int port) {
    return port == 80 || port == 443;
  }

  private static boolean isPublic(InetAddress address) {
    return address instanceof Inet6Address
        ? GLOBAL_IPV6.contains(address) && !contain(DENIED_GLOBAL_IPV6, address)
        : !contain(DENIED_IPV4, address);
  }

  private static boolean contain(List<CidrBlock> blocks, InetAddress address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }

  /** An IPv4 address that is written as IPv6 (::ffff:0:0/96) is dialled as IPv4, so judged so. */
  private static InetAddress unmapped(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != 16 || bytes[10] != -1 || bytes[11] != -1) {
      return address;
    }
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return address;
      }
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an IPv4 address", e);
    }
  }

  private static List<CidrBlock> blocks(String... texts) {
    return Arrays.stream(texts).map(CidrBlock::parse).toList();
  }
}
