package io.sequitur.activities.delivery.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authorities that one webhook trusts, and no others: who names his own does not
 * want a certificate that anybody can buy. Two with the same certificates are equal, but share no
 * connection.
 */
public final class TrustedAuthorities {
  private static final int MAX_CERTIFICATES = 20;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \\1-----");

  private final List<X509Certificate> certificates;
  private final SSLSocketFactory sockets;
  private final X509TrustManager trust;

  private TrustedAuthorities(List<X509Certificate> certificates) {
    this.certificates = List.copyOf(certificates);
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("authority-" + i, certificates.get(i));
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      trust = (X509TrustManager) factory.getTrustManagers()[0];
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      sockets = context.getSocketFactory();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("certificates cannot be trusted in memory", e);
    }
  }

  /**
   * Reads certificates in PEM, whatever stands between them.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static TrustedAuthorities parse(String pem) {
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(pem);
    while (block.find()) {
      if (block.group(1).endsWith("PRIVATE KEY")) {
        throw new IllegalArgumentException(
            "There is a private key in it: give certificates only, and keep the key to yourself.");
      }
      if (!block.group(1).equals("CERTIFICATE")) {
        throw new IllegalArgumentException(
            "There is a %s in it: give certificates only.".formatted(block.group(1)));
      }
      certificates.add(authority(block.group(), certificates.size() + 1));
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException(
          "Must be certificates in PEM: lines between -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----.");
    }
    if (certificates.size() > MAX_CERTIFICATES) {
      throw new IllegalArgumentException(
          "There are %d certificates in it: at most %d are allowed."
              .formatted(certificates.size(), MAX_CERTIFICATES));
    }
    return new TrustedAuthorities(certificates);
  }

  /**
   * Reads certificates that are being saved.
   *
   * @throws IllegalArgumentException also when all of them have expired; one that has may stand
   *     beside its successor
   */
  public static TrustedAuthorities parse(String pem, InstantSource clock) {
    TrustedAuthorities read = parse(pem);
    Instant last =
        read.certificates.stream()
            .map(certificate -> certificate.getNotAfter().toInstant())
            .max(Comparator.naturalOrder())
            .orElseThrow();
    if (last.isBefore(clock.instant())) {
      throw new IllegalArgumentException(
          "It expired on %s: give the authority's new certificate."
              .formatted(last.toString().substring(0, 10)));
    }
    return read;
  }

  private static X509Certificate authority(String pem, int number) {
    X509Certificate certificate;
    try {
      certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          "Certificate %d cannot be read: it is cut off, or changed.".formatted(number), e);
    }
    boolean selfSigned =
        certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
    if (certificate.getBasicConstraints() < 0 && !selfSigned) {
      throw new IllegalArgumentException(
          "Certificate %d (%s) is not an authority's: give the one that issued it."
              .formatted(number, certificate.getSubjectX500Principal().getName()));
    }
    return certificate;
  }

  /** The same client, for receivers with certificates of these authorities. */
  OkHttpClient client(OkHttpClient client) {
    // Connections are told apart by the factory of their sockets: none is shared with another's.
    return client.newBuilder().sslSocketFactory(sockets, trust).build();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TrustedAuthorities that && certificates.equals(that.certificates);
  }

  @Override
  public int hashCode() {
    return certificates.hashCode();
  }
}
