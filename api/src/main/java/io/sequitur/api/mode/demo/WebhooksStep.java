package io.sequitur.api.mode.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.text.Json;

/** Two webhooks, one of them ordered, share a key-value. */
final class WebhooksStep implements Step {
  @Override
  public void play(Stage stage) {
    Timeline timeline = stage.timeline();
    timeline.step("Two webhooks share the key-value \"" + Stage.TOKEN + "\" in a header");
    stage.setToken("first");
    make(stage, Stage.LEDGER, true);
    timeline.tell(Stage.LEDGER + "  com.github.*, ordered: one at a time for each repository");
    make(stage, Stage.CHAT, false);
    timeline.tell(Stage.CHAT + "    com.github.*, without order");
  }

  private static void make(Stage stage, String name, boolean ordered) {
    ObjectNode webhook = Json.object();
    webhook.put("url", stage.inbox().url(name));
    webhook.putArray("events").add("com.github.*");
    webhook
        .putArray("headers")
        .addObject()
        .put("name", "Authorization")
        .put("keyValue", Stage.TOKEN);
    webhook.put("ordered", ordered).put("retry", "1s 1s 1s 1s 1s");
    String secret = stage.put("/v1/webhooks/" + name, webhook).path("signingSecret").asText();
    stage.inbox().verify(name, secret);
  }
}
