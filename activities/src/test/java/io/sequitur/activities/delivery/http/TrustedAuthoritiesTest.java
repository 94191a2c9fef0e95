package io.sequitur.activities.delivery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

class TrustedAuthoritiesTest {
  private static final HeldCertificate AUTHORITY =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final String PEM = AUTHORITY.certificatePem();

  @Test
  void readsWhatStandsBetweenOtherText() {
    assertThat(TrustedAuthorities.parse("ours:\n" + PEM + "\nthe same:\n" + PEM))
        .isEqualTo(TrustedAuthorities.parse(PEM + PEM))
        .isNotEqualTo(TrustedAuthorities.parse(PEM));
  }

  @Test
  void refusesWhatIsNoCertificateOfAnAuthority() {
    var issued = new HeldCertificate.Builder().commonName("leaf").signedBy(AUTHORITY).build();
    assertRefused("", "Must be certificates in PEM");
    assertRefused("no certificate", "Must be certificates in PEM");
    assertRefused(PEM.substring(0, PEM.length() / 2), "Must be certificates in PEM");
    assertRefused(PEM.replaceFirst("\n[A-Za-z0-9+/]{10}", "\nAAAAAAAAAA"), "cannot be read");
    assertRefused(PEM + AUTHORITY.privateKeyPkcs8Pem(), "private key");
    assertRefused(issued.certificatePem(), "(CN=leaf) is not an authority's");
    assertRefused(PEM.repeat(21), "at most 20");
  }

  @Test
  void refusesTheExpiredUnlessItsSuccessorStandsBesideIt() {
    long now = Instant.now().toEpochMilli();
    long day = Duration.ofDays(1).toMillis();
    String expired =
        new HeldCertificate.Builder()
            .certificateAuthority(0)
            .validityInterval(now - 2 * day, now - day)
            .build()
            .certificatePem();
    InstantSource clock = InstantSource.system();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustedAuthorities.parse(expired, clock))
        .withMessageMatching("It expired on \\d{4}-\\d\\d-\\d\\d: .*new certificate.*");
    assertThat(TrustedAuthorities.parse(expired + PEM, clock)).isNotNull();
    assertThat(TrustedAuthorities.parse(expired)).as("what is saved goes on").isNotNull();
  }

  private static void assertRefused(String pem, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustedAuthorities.parse(pem))
        .withMessageContaining(why);
  }
}
