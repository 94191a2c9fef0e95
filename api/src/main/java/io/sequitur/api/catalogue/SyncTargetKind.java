package io.sequitur.api.catalogue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.activities.webhook.SecretBox.Place;
import io.sequitur.api.catalogue.Declared.Entry;
import io.sequitur.api.catalogue.Declared.Section;
import io.sequitur.api.sync.SyncTargetSettings;
import io.sequitur.db.sync.SyncTargetRow;
import io.sequitur.db.sync.SyncTargetRow.Content;
import io.sequitur.db.sync.SyncTargetStore;
import io.sequitur.workflows.delivery.SigningSecret;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.sync.SyncTargetDefinition;
import io.sequitur.workflows.text.Durations;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Sync targets. One that is new and brings no signing secret gets one. */
@Singleton
final class SyncTargetKind implements Kind<SyncTargetDefinition, SyncTargetKind.Standing> {
  private final SyncTargetStore store;
  private final SecretBox secrets;
  private final SecureRandom random = new SecureRandom();

  SyncTargetKind(SyncTargetStore store, SecretBox secrets) {
    this.store = store;
    this.secrets = secrets;
  }

  /**
   * One as it stands.
   *
   * @param secret null: nobody can read it
   */
  record Standing(SyncTargetRow row, @Nullable SigningSecret secret) {}

  @Override
  public String word() {
    return "sync-target";
  }

  @Override
  public String plural() {
    return "syncTargets";
  }

  @Override
  public Section<SyncTargetDefinition> declared(Declared file) {
    return file.syncTargets();
  }

  @Override
  public SortedMap<String, Standing> standing(Handle handle, String tenant) {
    SortedMap<String, Standing> standing = new TreeMap<>();
    for (SyncTargetRow row : store.all(handle, tenant)) {
      standing.put(row.name(), new Standing(row, secret(handle, row)));
    }
    return standing;
  }

  private @Nullable SigningSecret secret(Handle handle, SyncTargetRow row) {
    byte[] sealed = store.key(handle, row.uid()).orElse(null);
    try {
      return sealed == null
          ? null
          : SigningSecret.parse(secrets.unseal(sealed, Place.ofSyncKey(row.tenant(), row.uid())));
    } catch (GeneralSecurityException e) {
      // The file's secret mends that.
      return null;
    }
  }

  @Override
  public void check(
      Entry<SyncTargetDefinition> entry, @Nullable Standing standing, List<Problem> problems) {
    // Its reader has said everything.
  }

  @Override
  public List<String> differing(String tenant, SyncTargetDefinition declared, Standing standing) {
    List<String> differing =
        new ArrayList<>(Shape.differing(shape(SyncTargetSettings.of(declared)), export(standing)));
    String given = declared.signingSecret();
    if (given != null && !SigningSecret.parse(given).equals(standing.secret())) {
      differing.add("signingSecret");
    }
    return differing;
  }

  @Override
  public @Nullable String write(
      Handle handle, String tenant, SyncTargetDefinition declared, @Nullable Standing standing) {
    String given = declared.signingSecret();
    SigningSecret secret =
        given == null ? SigningSecret.generate(random) : SigningSecret.parse(given);
    boolean stays = standing != null && (given == null || secret.equals(standing.secret()));
    store.put(
        handle,
        tenant,
        SyncTargetSettings.of(declared),
        stays ? null : uid -> secrets.seal(secret.reveal(), Place.ofSyncKey(tenant, uid)));
    return standing == null && given == null ? secret.reveal() : null;
  }

  @Override
  public void delete(Handle handle, String tenant, String name) {
    store.delete(handle, tenant, name);
  }

  @Override
  public ObjectNode export(Standing standing) {
    return shape(standing.row().content());
  }

  private static ObjectNode shape(Content content) {
    Shape shape =
        new Shape()
            .text("name", content.name())
            .text("url", content.url())
            .text("description", content.description())
            .flag("active", content.active())
            .text("mode", content.mode())
            .text("resync", Durations.format(Duration.ofMillis(content.resyncMs())))
            .text("debounce", Durations.format(Duration.ofMillis(content.debounceMs())))
            .text("ackTimeout", Durations.format(Duration.ofMillis(content.ackTimeoutMs())));
    if (!content.monotonic()) {
      shape
          .flag("monotonic", false)
          .text("quiet", Durations.format(Duration.ofMillis(content.quietMs())));
    }
    return shape.json();
  }
}
