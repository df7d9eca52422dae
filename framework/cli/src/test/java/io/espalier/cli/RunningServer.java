package io.espalier.cli;

import io.espalier.api.Progress;
import io.espalier.runtime.Espalier;
import io.espalier.runtime.gateway.Gateway;
import io.espalier.runtime.gateway.GatewayOptions;
import io.espalier.runtime.plugin.Plugins;
import java.nio.file.Path;
import java.util.Optional;

/** A server in this process, on a free port, with the plugins that the build made. */
final class RunningServer implements AutoCloseable {
  final Espalier espalier;
  private final Plugins plugins;
  private Gateway gateway;

  /**
   * @param work a folder for its runs
   */
  RunningServer(Path work) {
    plugins = Plugins.load(Distribution.built().plugins());
    espalier =
        Espalier.start(
            new Espalier.Options(
                work.resolve("runs"), plugins, work, Optional.empty(), false, Progress.NONE));
    gateway = Gateway.open(espalier, GatewayOptions.onPort(0));
  }

  /** Its address, without a slash at the end. */
  String url() {
    return "http://127.0.0.1:" + gateway.port();
  }

  /** Ends every connection and listens again, at the same address. */
  void dropConnections() {
    int port = gateway.port();
    gateway.close().await();
    gateway = Gateway.open(espalier, GatewayOptions.onPort(port));
  }

  @Override
  public void close() {
    espalier.close();
    plugins.close();
  }
}
