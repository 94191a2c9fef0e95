package io.sequitur.api.reference;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micronaut.context.ApplicationContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpMethod;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import io.sequitur.api.engine.Role;
import io.sequitur.api.engine.Settings;
import io.sequitur.db.DatabaseAddress;
import io.sequitur.workflows.catalogue.DefinitionReader;
import io.sequitur.workflows.catalogue.ObjectShape;
import io.sequitur.workflows.catalogue.WorkflowQueues;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The interface as the code has it: routes, their arguments, and what definitions may hold. */
record Interface(Map<String, UriRouteInfo<?, ?>> routes, Map<String, ObjectShape> definitions) {

  /** From the beans of a process that connects to nothing. */
  static Interface read() {
    Settings settings =
        new Settings(
            DatabaseAddress.parse("postgresql://nobody@127.0.0.1:1/nothing"),
            0,
            true,
            "127.0.0.1:1",
            "default",
            Path.of("none"),
            "",
            Set.of(),
            WorkflowQueues.anyButOurs(),
            Set.of(Role.API),
            true,
            Settings.DEFAULT_RETENTION);
    try (ApplicationContext context =
        ApplicationContext.builder()
            .deduceEnvironment(false)
            .environmentPropertySource(false)
            .banner(false)
            .singletons(settings)
            .start()) {
      return new Interface(routes(context), definitions(context));
    }
  }

  /** By method and path; HEAD follows from GET. */
  private static Map<String, UriRouteInfo<?, ?>> routes(ApplicationContext context) {
    Map<String, UriRouteInfo<?, ?>> routes = new TreeMap<>();
    context
        .getBean(Router.class)
        .uriRoutes()
        .filter(route -> route.getHttpMethod() != HttpMethod.HEAD)
        .forEach(route -> routes.put(route.getHttpMethodName() + " " + path(route), route));
    return routes;
  }

  private static String path(UriRouteInfo<?, ?> route) {
    // Query parameters stand behind the path in the framework's template.
    String template = route.getUriMatchTemplate().toPathString();
    return template.length() > 1 && template.endsWith("/")
        ? template.substring(0, template.length() - 1)
        : template;
  }

  private static Map<String, ObjectShape> definitions(ApplicationContext context) {
    Map<String, ObjectShape> definitions = new TreeMap<>();
    for (DefinitionReader<?> reader : context.getBeansOfType(DefinitionReader.class)) {
      definitions.put(
          reader.getClass().getSimpleName().replaceFirst("Reader$", ""), reader.shape());
    }
    return definitions;
  }

  /** The arguments of a route that come from the request. */
  static List<Argument<?>> arguments(UriRouteInfo<?, ?> route) {
    return List.of(route.getTargetMethod().getArguments());
  }

  /** A schema of the document by its name. */
  static ObjectNode reference(ObjectNode node, String schema) {
    return node.put("$ref", "#/components/schemas/" + schema);
  }
}
