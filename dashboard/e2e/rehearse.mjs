// Runs live.mjs against the fake gateway, which loses and doubles live messages, lets its run crash
// and resume in the middle, and drops its connections when asked to. Arguments go to live.mjs.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { FakeGateway } from "./fake-gateway.mjs";

const RUN = "rehearsal";
const gateway = new FakeGateway({ chaos: 0.1 });
await gateway.start();
gateway.addRun(RUN, { scenario: "lenet-gradual", dataset: "MNIST", seed: 1, crashAt: 300 });
gateway.drive(RUN, 40);

const script = join(dirname(fileURLToPath(import.meta.url)), "live.mjs");
const address = `http://127.0.0.1:${gateway.port}/`;
const child = spawn(process.execPath, [script, address, "--steer", ...process.argv.slice(2)], {
  stdio: ["pipe", "pipe", "inherit"],
});
createInterface({ input: child.stdout }).on("line", async (line) => {
  console.log(line);
  if (line === "DROP") {
    const { port } = gateway;
    await gateway.stop();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await gateway.start(port);
    child.stdin.write("DROPPED\n");
  }
});
child.on("exit", (code) => process.exit(code ?? 1));
