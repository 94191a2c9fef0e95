package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.SequiturProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A receiver whose certificate no public authority has issued. */
final class CertificateAuthorityTest extends EndToEnd {
  private static final HeldCertificate AUTHORITY =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate CERTIFICATE =
      new HeldCertificate.Builder()
          .addSubjectAlternativeName("127.0.0.1")
          .signedBy(AUTHORITY)
          .build();

  private final HttpsServer server;

  CertificateAuthorityTest(SequiturProcess sequitur, FakeReceiver receiver) throws IOException {
    super(sequitur, receiver);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setHttpsConfigurator(
        new HttpsConfigurator(
            new HandshakeCertificates.Builder().heldCertificate(CERTIFICATE).build().sslContext()));
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void whatWaitsIsDeliveredAsSoonAsItsAuthorityIsNamed() {
    put(null).expect(201);
    publish("1", "");
    eventually("the first attempt").until(() -> attempts().size() >= 1);
    JsonNode first = attempts().get(0);
    assertThat(first.path("class").textValue()).isEqualTo("TLS");
    assertThat(first.path("hint").textValue())
        .contains("not issued by an authority that is trusted here")
        .contains("set the webhook's certificateAuthority");

    assertThat(put(AUTHORITY.certificatePem()).expect(200).json().path("certificateAuthority"))
        .isEqualTo(JsonNodeFactory.instance.textNode(AUTHORITY.certificatePem()));
    awaitState("delivered", 1);
    JsonNode last = attempts().get(attempts().size() - 1);
    assertThat(last.path("configVersion")).isNotEqualTo(first.path("configVersion"));

    put(null).expect(200);
    publish("2", "");
    eventually("it is trusted no more")
        .until(() -> deliveries("retrying") + deliveries("exhausted") == 1);
  }

  @Test
  void whatIsNoAuthorityIsRefusedWhereItStands() {
    for (String wrong :
        new String[] {
          "hello",
          CERTIFICATE.certificatePem(),
          AUTHORITY.certificatePem() + CERTIFICATE.privateKeyPkcs8Pem()
        }) {
      JsonNode errors = put(wrong).expect(422).json().path("errors");
      assertThat(errors).hasSize(1);
      assertThat(errors.get(0).path("pointer").textValue()).isEqualTo("/certificateAuthority");
      assertThat(errors.get(0).path("detail").textValue())
          .containsAnyOf("PEM", "not an authority's", "private key");
    }
  }

  @Test
  void catalogueThatIsExportedIsAppliedWithoutAChange() {
    put(AUTHORITY.certificatePem()).expect(201);
    String mine = "";
    for (JsonNode webhook : api.get("/v1/catalogue").expect(200).json().path("webhooks")) {
      mine = webhook.path("name").textValue().equals(name) ? webhook.toString() : mine;
    }
    assertThat(mine).contains("certificateAuthority");
    assertThat(api.post("/v1/catalogue/plan", "{\"webhooks\":[" + mine + "]}").expect(200).body())
        .contains("\"created\":0,\"updated\":0,\"unchanged\":1");
  }

  private Response put(@Nullable String authority) {
    String more =
        authority == null
            ? ""
            : ",\"certificateAuthority\":" + JsonNodeFactory.instance.textNode(authority);
    return api.put(
        "/v1/webhooks/" + name,
        "{\"url\":\"https://127.0.0.1:%d/\",\"events\":[\"%s\"],\"retry\":\"200ms 200ms 200ms 200ms 200ms 1h\"%s}"
            .formatted(server.getAddress().getPort(), type, more));
  }

  private JsonNode attempts() {
    return api.deliveries(name).isEmpty()
        ? JsonNodeFactory.instance.arrayNode()
        : api.delivery(name).path("attempts");
  }
}
