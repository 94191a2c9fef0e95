package io.sequitur.activities.delivery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrBlockTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,10.255.255.255,11.0.0.0",
    "172.16.0.0/12,172.31.255.255,172.32.0.0",
    "100.64.0.0/10,100.127.0.1,100.128.0.1",
    "192.168.7.9,192.168.7.9,192.168.7.8",
    "0.0.0.0/0,203.0.114.7,::1",
    "fd00::/8,fdff::1,fc00::1",
    "2001::/23,2001:1ff::1,2001:200::1",
    "::1/128,::1,127.0.0.1"
  })
  void containsItsAddressesAndNoOthers(String block, String inside, String outside) {
    assertThat(CidrBlock.parse(block).contains(address(inside))).isTrue();
    assertThat(CidrBlock.parse(block).contains(address(outside))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1/8,bits set beyond its prefix",
    "10.0.0.0/33,from 0 to 32",
    "fd00::/129,from 0 to 128",
    "10.0.0/8,is not a network",
    "10/8,is not a network",
    "10.0.0.0/,is not a network",
    "10.0.0.0/-1,is not a network",
    "10.0.0.0/8/8,is not a network",
    "localhost/8,is not a network",
    "010.0.0.0/8,is not a network",
    "fe80::1%eth0,is not a network"
  })
  void refusalSaysWhatIsWrong(String text, String reason) {
    assertThatThrownBy(() -> CidrBlock.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void showsItselfAsWritten() {
    assertThat(CidrBlock.parse("10.0.0.0/8")).hasToString("10.0.0.0/8");
  }

  private static InetAddress address(String literal) {
    return IpLiterals.parse(literal).orElseThrow();
  }
}
