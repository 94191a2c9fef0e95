package io.sequitur.api.http;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.core.convert.exceptions.ConversionErrorException;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ConversionErrorHandler;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.sequitur.workflows.catalogue.InvalidDefinition;
import io.sequitur.workflows.event.InvalidEvent;
import io.sequitur.workflows.json.MalformedJson;
import io.sequitur.workflows.json.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every error as problem+json; never a stack trace. */
@Factory
final class ErrorHandlers {
  private static final Logger log = LoggerFactory.getLogger(ErrorHandlers.class);

  @Singleton
  ExceptionHandler<ProblemException, HttpResponse<?>> refused() {
    return (request, e) ->
        ProblemBody.response(e.type(), String.valueOf(e.getMessage()), e.errors());
  }

  @Singleton
  ExceptionHandler<InvalidEvent, HttpResponse<?>> invalidEvent() {
    return (request, e) -> {
      ProblemType type =
          switch (e.kind()) {
            case MALFORMED -> ProblemType.MALFORMED;
            case TOO_LARGE -> ProblemType.TOO_LARGE;
            case FORBIDDEN_TYPE -> ProblemType.INVALID;
          };
      return ProblemBody.response(
          type, "Nothing was stored: " + e.problems().getFirst().detail(), e.problems());
    };
  }

  @Singleton
  ExceptionHandler<InvalidDefinition, HttpResponse<?>> invalidDefinition() {
    return (request, e) ->
        ProblemBody.response(
            ProblemType.INVALID,
            "Nothing was changed: " + e.problems().getFirst().detail(),
            e.problems());
  }

  @Singleton
  ExceptionHandler<MalformedJson, HttpResponse<?>> malformedJson() {
    return (request, e) ->
        ProblemBody.response(ProblemType.MALFORMED, e.problem().detail(), List.of(e.problem()));
  }

  @Singleton
  ExceptionHandler<JdbiException, HttpResponse<?>> database() {
    return (request, e) -> {
      log.warn(
          "{} {}: the database failed: {}", request.getMethod(), request.getPath(), e.getMessage());
      return ProblemBody.response(
          ProblemType.UNAVAILABLE, "The database cannot be reached: try again.", List.of());
    };
  }

  /** A parameter that is no number, say. */
  @Singleton
  @Replaces(ConversionErrorHandler.class)
  ExceptionHandler<ConversionErrorException, HttpResponse<?>> unreadable() {
    return (request, e) -> {
      String name = e.getArgument().getName();
      String detail =
          Number.class.isAssignableFrom(e.getArgument().getType())
              ? name + " must be a whole number."
              : name + " cannot be read.";
      return ProblemBody.response(
          ProblemType.MALFORMED, detail, List.of(new Problem("/" + name, detail)));
    };
  }

  /** Who waited for a group when this process began to stop: nobody will take it here. */
  @Singleton
  ExceptionHandler<CancellationException, HttpResponse<?>> stopping() {
    return (request, e) ->
        ProblemBody.response(
            ProblemType.UNAVAILABLE, "This process is stopping: try again.", List.of());
  }

  /**
   * What the framework itself refuses or fails at: no route, wrong method, body too large, a bug of
   * ours.
   */
  @Singleton
  ErrorResponseProcessor<ProblemBody> frameworkErrors() {
    return new ErrorResponseProcessor<>() {
      @Override
      public MutableHttpResponse<ProblemBody> processResponse(
          ErrorContext context, MutableHttpResponse<?> base) {
        ProblemType type = ProblemType.of(base.status());
        String said =
            context.getErrors().stream().map(Error::getMessage).collect(Collectors.joining("; "));
        // The framework's words for a bug may name classes; those for a bad request speak of the
        // request.
        boolean telling = type != ProblemType.INTERNAL && !said.isEmpty();
        return ProblemBody.response(base, type, telling ? said : type.title() + ".", List.of());
      }
    };
  }
}
