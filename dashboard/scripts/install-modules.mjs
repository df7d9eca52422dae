// npm ci, unless what is installed is what package-lock.json asks for.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const installed = join(root, "node_modules/.package-lock.json");
const changed = (file) => statSync(join(root, file)).mtimeMs;

if (
  !existsSync(installed) ||
  statSync(installed).mtimeMs < Math.max(changed("package-lock.json"), changed("package.json"))
) {
  const npm = "npm ci --no-audit --no-fund --loglevel=error";
  const { status } = spawnSync(npm, { cwd: root, stdio: "inherit", shell: true });
  process.exit(status ?? 1);
}
