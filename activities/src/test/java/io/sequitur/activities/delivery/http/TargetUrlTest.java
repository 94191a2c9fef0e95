package io.sequitur.activities.delivery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetUrlTest {
  private static final EgressPolicy PUBLIC = EgressPolicy.publicOnly();

  @ParameterizedTest
  @ValueSource(
      strings = {
        // loopback and this machine
        "http://127.0.0.1",
        "http://127.0.0.1:80/hooks",
        "http://127.255.255.254",
        "http://localhost",
        "HTTP://LOCALHOST/",
        "http://api.localhost/",
        "http://[::1]",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://0.0.0.0",
        "http://[::]",
        // other spellings of addresses
        "http://127.1",
        "http://127.0.1",
        "http://2130706433",
        "http://0x7f000001",
        "http://0x7f.0.0.1",
        "http://0x7f.1",
        "http://0177.0.0.1",
        "http://127.0.0.01",
        "http://127.0.0.256",
        "http://1.2.3.4.5",
        "http://127.0.0.1.",
        "http://127.0.0.0x1",
        "http://example.1",
        "http://0x",
        "http://①②⑦.0.0.1",
        "http://127。0。0。1",
        "http://127.0.0.１",
        "http://%31%32%37.0.0.1",
        "http://127%2e0%2e0%2e1/",
        // IPv6 that carries IPv4, and other special IPv6
        "http://[::ffff:127.0.0.1]",
        "http://[::127.0.0.1]",
        "http://[::ffff:a9fe:a9fe]",
        "http://[::ffff:7f00:1]",
        "http://[64:ff9b::7f00:1]",
        "http://[64:ff9b:1::a]",
        "http://[2002:7f00:1::]",
        "http://[2001:0:1::1]",
        "http://[2001:db8::1]",
        "http://[fc00::1]",
        "http://[fd00:ec2::254]/latest/meta-data",
        "http://[fe80::1]",
        "http://[fe80::1%25eth0]",
        "http://[fec0::1]",
        "http://[ff02::1]",
        "http://[3fff::1]",
        // metadata and private networks
        "http://169.254.169.254/latest/meta-data/",
        "http://168.63.129.16",
        "http://100.100.100.200",
        "http://10.0.0.1",
        "http://172.16.0.1",
        "http://192.168.1.1",
        "http://198.18.0.1",
        "http://192.0.0.192",
        "http://240.0.0.1",
        "http://224.0.0.1",
        // schemes
        "",
        "example.com",
        "//example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "ftp://example.com/",
        "jar:http://example.com!/",
        "javascript:alert(1)",
        "ws://example.com/",
        "httpx://example.com/",
        "http:example.com",
        "http:/example.com",
        "http:///example.com",
        "http://",
        "https://?q",
        "http:\\\\example.com",
        // credentials, fragments, confusing separators
        "http://user:pw@example.com/",
        "http://user@example.com/",
        "http://@example.com/",
        "https://example.com@169.254.169.254/",
        "https://example.com/#frag",
        "https://example.com/#",
        "https://example.com\\@169.254.169.254/",
        "https://example.com/a\\b",
        // ports
        "http://example.com:22",
        "http://example.com:25",
        "http://example.com:5432",
        "https://example.com:7233",
        "https://example.com:8443",
        "http://1.1.1.1:8080",
        "http://example.com:0",
        "http://example.com:65536",
        "http://example.com:-1",
        "http://example.com:80x",
        // hosts that are none
        "http://example.com./",
        "http://exa mple.com",
        "http://exa%20mple.com",
        "http://exa%00mple.com",
        "http://[::1",
        "http://[1.2.3.4]",
        "http://a..b/",
        // control characters
        "https://example.com/\r\nX-Evil: 1",
        "https://example.com/\tx",
        "https://exam\nple.com/",
        "https://example.com/\u0000",
        " https://example.com/",
        "https://example.com/ ",
        "https://example.com/\u0085",
        "https://example.com/\u00a0"
      })
  void refusesWhatMustNotBeCalled(String url) {
    assertThatThrownBy(() -> TargetUrl.parse(url, PUBLIC))
        .isInstanceOf(InvalidTargetUrlException.class)
        .hasMessageMatching("(The|Port) [^\\n]*\\.");
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com/hooks,https://example.com/hooks",
    "https://example.com,https://example.com/",
    "HTTPS://EXAMPLE.COM:443/Hooks?a=B,https://example.com/Hooks?a=B",
    "http://example.com:80/,http://example.com/",
    "http://example.com:443/,http://example.com:443/",
    "https://example.com/a/../b,https://example.com/b",
    "https://example.com/a?b=@c,https://example.com/a?b=@c",
    "https://bücher.example/,https://xn--bcher-kva.example/",
    "https://1.1.1.1/x,https://1.1.1.1/x",
    "https://[2606:4700:0:0:0:0:0:1111]/,https://[2606:4700::1111]/",
    "https://intranet/,https://intranet/",
    "https://0x7f.example/,https://0x7f.example/",
    "https://example.com/%0d%0a,https://example.com/%0d%0a"
  })
  void acceptsPublicUrlsInTheirCanonicalForm(String text, String canonical) {
    TargetUrl url = TargetUrl.parse(text, PUBLIC);
    assertThat(url.text()).isEqualTo(canonical);
    assertThat(TargetUrl.parse(canonical, PUBLIC)).isEqualTo(url).hasSameHashCodeAs(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:9000/",
        "http://localhost:9000/",
        "http://[::1]:9000/",
        "http://receiver.localhost:9000/"
      })
  void devMayCallThisMachineOnAnyPort(String url) {
    assertThat(TargetUrl.parse(url, EgressPolicy.loopbackAllowed()).text()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://10.0.0.1:9000/", "http://example.com:22/", "http://127.1/"})
  void devIsAsStrictAboutTheRest(String url) {
    assertThatThrownBy(() -> TargetUrl.parse(url, EgressPolicy.loopbackAllowed()))
        .isInstanceOf(InvalidTargetUrlException.class);
  }

  @Test
  void nameWithAnotherPortMayLeadToAnOperatorsNetwork() {
    var policy = EgressPolicy.parse("10.0.0.0/8");
    assertThat(TargetUrl.parse("http://erp.internal:8080/", policy).host())
        .isEqualTo("erp.internal");
    assertThat(TargetUrl.parse("http://10.0.0.1:8080/", policy).host()).isEqualTo("10.0.0.1");
  }

  @Test
  void lengthIsLimited() {
    String longest = "https://example.com/" + "x".repeat(2_028);
    assertThat(TargetUrl.parse(longest).text()).hasSize(2_048);
    assertThatThrownBy(() -> TargetUrl.parse(longest + "x")).hasMessageContaining("at most 2048");
    assertThatThrownBy(() -> TargetUrl.parse("https://example.com/" + "ü".repeat(2_000)))
        .hasMessageContaining("at most 2048");
  }

  @Test
  void refusalDoesNotRepeatCredentials() {
    assertThatThrownBy(() -> TargetUrl.parse("https://admin:hunter2@example.com/"))
        .hasMessageNotContaining("hunter2")
        .hasMessageContaining("Authorization");
  }

  @Test
  void logsShowNoQuery() {
    assertThat(TargetUrl.parse("https://example.com/hooks?token=hunter2"))
        .hasToString("https://example.com/hooks?***");
    assertThat(TargetUrl.parse("https://example.com/hooks"))
        .hasToString("https://example.com/hooks");
  }
}
