package io.espalier.testkit;

import io.espalier.api.EspalierException;
import io.espalier.api.Extension;
import io.espalier.api.FailureCode;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.pf4j.ExtensionPoint;

/** Java sources of made-up plugins, and their compilation in memory. */
final class PluginSources {
  private PluginSources() {}

  static String pruner(String className, String extensionId) {
    return unit(
        className,
        """
        @org.pf4j.Extension
        public final class %s implements io.espalier.api.WeightPruner {
          @Override
          public io.espalier.api.Description description() {
            return io.espalier.api.Description.of("%s", "Keeps the last weights.");
          }

          @Override
          public org.nd4j.linalg.api.ndarray.INDArray scores(
              io.espalier.api.Layer layer,
              org.nd4j.linalg.api.ndarray.INDArray weights,
              io.espalier.api.PruneRequest request) {
            return org.nd4j.linalg.factory.Nd4j.arange(weights.length()).reshape(weights.shape());
          }
        }
        """
            .formatted(simpleName(className), extensionId));
  }

  static String throwingPruner(String className, String extensionId) {
    return pruner(className, extensionId)
        .replaceFirst(
            "\\{", "{\n  static final int BROKEN = Integer.parseInt(\"broken on purpose\");\n");
  }

  static String throwingPlugin(String className) {
    return unit(
        className,
        """
        public final class %s extends org.pf4j.Plugin {
          @Override
          public void start() {
            throw new IllegalStateException("broken on purpose");
          }
        }
        """
            .formatted(simpleName(className)));
  }

  private static String unit(String className, String type) {
    int dot = className.lastIndexOf('.');
    return dot < 0 ? type : "package " + className.substring(0, dot) + ";\n\n" + type;
  }

  private static String simpleName(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  /**
   * Class files by their path in a jar.
   *
   * @param sources code by class name
   */
  static Map<String, byte[]> compile(Map<String, String> sources) {
    if (sources.isEmpty()) {
      return Map.of();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter problems = new StringWriter();
    StandardJavaFileManager standard =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
    try (MemoryFiles memory = new MemoryFiles(standard)) {
      List<Source> units =
          sources.entrySet().stream().map(e -> new Source(e.getKey(), e.getValue())).toList();
      List<String> options = List.of("-proc:none", "-classpath", classPath());
      if (!compiler.getTask(problems, memory, null, options, null, units).call()) {
        throw new EspalierException(
            FailureCode.INTERNAL, "a test plugin does not compile:\n" + problems);
      }
      return memory.classFiles();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a plugin's API lies: the API itself, PF4J and ND4J. */
  private static String classPath() {
    return Stream.of(Extension.class, ExtensionPoint.class, INDArray.class)
        .map(PluginSources::location)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String code;

    Source(String className, String code) {
      super(URI.create("memory:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.code = code;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return code;
    }
  }

  private static final class ClassFile extends SimpleJavaFileObject {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ClassFile(String className) {
      super(URI.create("memory:///" + className.replace('.', '/') + ".class"), Kind.CLASS);
    }

    @Override
    public OutputStream openOutputStream() {
      return bytes;
    }
  }

  private static final class MemoryFiles extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ClassFile> written = new LinkedHashMap<>();

    MemoryFiles(JavaFileManager standard) {
      super(standard);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
      ClassFile file = new ClassFile(className);
      written.put(className.replace('.', '/') + ".class", file);
      return file;
    }

    Map<String, byte[]> classFiles() {
      return written.entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().bytes.toByteArray()));
    }
  }
}
