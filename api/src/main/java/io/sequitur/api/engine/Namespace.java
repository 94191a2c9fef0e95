package io.sequitur.api.engine;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.sequitur.workflows.temporal.SearchAttributes;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import jakarta.inject.Singleton;
import java.util.List;

/** What our workflows need of their Temporal namespace: the search attributes. */
@Singleton
public final class Namespace {
  private final Settings settings;
  private final WorkflowServiceStubs stubs;

  Namespace(Settings settings, WorkflowServiceStubs stubs) {
    this.settings = settings;
    this.stubs = stubs;
  }

  /**
   * Registers the search attributes that are not registered yet. At the start, and again when
   * workflows are refused: Temporal's database may have been made anew.
   *
   * @throws StatusRuntimeException when Temporal is away
   */
  public void prepare() {
    if (settings.temporal() == null) {
      // The in-process server has them from its options.
      return;
    }
    OperatorServiceStubs operator =
        OperatorServiceStubs.newServiceStubs(
            OperatorServiceStubsOptions.newBuilder()
                .setChannel(stubs.getRawChannel())
                .validateAndBuildWithDefaults());
    AddSearchAttributesRequest.Builder request =
        AddSearchAttributesRequest.newBuilder().setNamespace(settings.namespace());
    for (var key :
        List.of(SearchAttributes.TENANT, SearchAttributes.TRIGGER, SearchAttributes.EVENT)) {
      request.putSearchAttributes(key.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST);
    }
    try {
      operator.blockingStub().addSearchAttributes(request.build());
    } catch (StatusRuntimeException e) {
      // Registered by an earlier start, or by an operator where this process may not.
      if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS
          && e.getStatus().getCode() != Status.Code.PERMISSION_DENIED) {
        throw e;
      }
    }
  }
}
