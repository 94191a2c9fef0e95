package io.sequitur.activities.delivery.http;

import io.sequitur.workflows.delivery.AttemptOutcome.Failed;
import io.sequitur.workflows.delivery.FailureClass;
import io.sequitur.workflows.text.Durations;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * What an exception means to the owner of a webhook. The exceptions' own messages are left out:
 * they name the addresses behind a host, and a header's value when it is invalid.
 */
final class FailureText {
  private FailureText() {}

  static Failed of(IOException e, EgressRequest request, ExchangeProgress progress) {
    String host = request.url().host();
    return switch (e) {
      case BlockedAddressException blocked -> noConnection(FailureClass.BLOCKED, host);
      case OffThreadDns.LookupTimeoutException slow -> timeout(request, progress);
      case UnknownHostException unknown ->
          Failed.without(FailureClass.CONNECTION, "The name " + host + " could not be resolved.");
      case ConnectException refused -> noConnection(FailureClass.CONNECTION, host);
      case NoRouteToHostException unreachable -> noConnection(FailureClass.CONNECTION, host);
      case InterruptedIOException late -> timeout(request, progress);
      case SSLException tls -> ofTls(tls, host, request.trusted() != null);
      case ProtocolException strange ->
          Failed.without(FailureClass.CONNECTION, host + " did not answer in valid HTTP.");
      default ->
          causedBy(e, EOFException.class)
              ? Failed.without(
                  FailureClass.CONNECTION,
                  host
                      + " closed the connection before its answer was complete, or its headers are larger than 256 KiB.")
              : broken(host);
    };
  }

  private static Failed ofTls(SSLException e, String host, boolean ownAuthorities) {
    // A reset after the handshake comes wrapped as a plain SSLException.
    if (e.getClass() == SSLException.class && e.getCause() instanceof SocketException) {
      return broken(host);
    }
    return Failed.without(
        FailureClass.TLS, "TLS with " + host + " failed: " + reason(e, ownAuthorities) + ".");
  }

  private static String reason(SSLException e, boolean ownAuthorities) {
    if (e instanceof SSLPeerUnverifiedException) {
      return "its certificate is made for another name";
    }
    if (causedBy(e, CertificateExpiredException.class)) {
      return "its certificate has expired";
    }
    if (causedBy(e, CertificateNotYetValidException.class)) {
      return "its certificate is not valid yet";
    }
    if (causedBy(e, CertPathBuilderException.class)
        || causedBy(e, CertPathValidatorException.class)) {
      return ownAuthorities
          ? "its certificate is not issued by the webhook's certificateAuthority"
          : "its certificate is not issued by an authority that is trusted here";
    }
    return "the handshake could not be completed";
  }

  /** The same sentence for "refused", "unreachable" and "blocked": no map of private networks. */
  private static Failed noConnection(FailureClass failureClass, String host) {
    return Failed.without(failureClass, "No connection to " + host + " could be made.");
  }

  private static Failed broken(String host) {
    return Failed.without(
        FailureClass.CONNECTION, "The connection to " + host + " broke before an answer came.");
  }

  private static Failed timeout(EgressRequest request, ExchangeProgress progress) {
    return Failed.without(
        FailureClass.TIMEOUT,
        "%s %s within %s."
            .formatted(
                progress.connected() ? "No answer from" : "No connection to",
                request.url().host(),
                Durations.format(request.timeout())));
  }

  private static boolean causedBy(Throwable e, Class<? extends Throwable> type) {
    return Stream.iterate(e, cause -> cause != null, Throwable::getCause)
        .anyMatch(type::isInstance);
  }
}
