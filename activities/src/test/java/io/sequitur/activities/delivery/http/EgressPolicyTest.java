package io.sequitur.activities.delivery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressPolicyTest {
  private static final EgressPolicy PUBLIC = EgressPolicy.publicOnly();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "168.63.129.16",
        "169.254.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001::1",
        "2001:1ff::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "4000::1",
        "1fff::1"
      })
  void specialAddressesMayNotBeCalled(String address) {
    assertThat(PUBLIC.mayCall(address(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "128.0.0.1",
        "168.63.129.17",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "192.88.98.1",
        "198.17.0.1",
        "198.20.0.1",
        "203.0.114.1",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2606:4700::1111",
        "2a00::1",
        "3ffe::1"
      })
  void publicAddressesMayBeCalledOnTheWebPortsOnly(String address) {
    InetAddress target = address(address);
    assertThat(PUBLIC.mayCall(target)).isTrue();
    assertThat(PUBLIC.mayUsePort(target, 80)).isTrue();
    assertThat(PUBLIC.mayUsePort(target, 443)).isTrue();
    assertThat(PUBLIC.mayUsePort(target, 22)).isFalse();
    assertThat(PUBLIC.mayUsePort(target, 8080)).isFalse();
  }

  @Test
  void mappedAddressesAreJudgedAsTheIpv4TheyAre() throws Exception {
    // The JDK turns ::ffff:a.b.c.d into IPv4 by itself, except through this door.
    byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff7f000001");
    assertThat(PUBLIC.mayCall(Inet6Address.getByAddress(null, mapped, 0))).isFalse();
    mapped[12] = 1;
    assertThat(PUBLIC.mayCall(Inet6Address.getByAddress(null, mapped, 0))).isTrue();
  }

  @Test
  void operatorsNetworksMayBeCalledOnAnyPort() {
    var policy = EgressPolicy.parse("10.1.0.0/16, fd00::/8\n192.168.7.9");
    assertThat(policy.allow()).hasSize(3);
    for (String address : new String[] {"10.1.2.3", "fd12::1", "192.168.7.9"}) {
      assertThat(policy.mayCall(address(address))).isTrue();
      assertThat(policy.mayUsePort(address(address), 5432)).isTrue();
    }
    assertThat(policy.mayCall(address("10.2.0.1"))).isFalse();
    assertThat(policy.mayCall(address("127.0.0.1"))).isFalse();
    assertThat(policy.mayUsePort(address("1.1.1.1"), 5432)).isFalse();
  }

  @Test
  void devMayCallLoopbackAndNothingElsePrivate() {
    var policy = EgressPolicy.loopbackAllowed();
    assertThat(policy.mayCall(address("127.0.0.1"))).isTrue();
    assertThat(policy.mayUsePort(address("::1"), 9000)).isTrue();
    assertThat(policy.mayCall(address("169.254.169.254"))).isFalse();
    assertThat(EgressPolicy.parse("10.0.0.0/8").withLoopback().allow()).hasSize(3);
  }

  @Test
  void emptyListAllowsNothingMore() {
    assertThat(EgressPolicy.parse(" ")).isEqualTo(PUBLIC);
  }

  @Test
  void refusalNamesTheWrongEntry() {
    assertThatThrownBy(() -> EgressPolicy.parse("10.0.0.0/8, intranet"))
        .hasMessageContaining("\"intranet\" is not a network");
  }

  private static InetAddress address(String literal) {
    return IpLiterals.parse(literal).orElseThrow();
  }
}
