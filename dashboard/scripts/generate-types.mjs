// Generates src/gen/: the TypeScript types of the protobuf JSON messages.
// Reads the descriptor set that the proto module builds, and hands its espalier/v1 files to
// protoc-gen-es as a protoc plugin would get them, so that no protoc is needed here.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const descriptors = join(root, "../proto/target/classes/io/espalier/proto/espalier.desc");
const plugin = join(root, "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es");
const out = join(root, "src/gen");

if (!existsSync(descriptors)) {
  console.error(`No ${descriptors}: build the proto module first (mvn -pl proto compile).`);
  process.exit(1);
}
const files = fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)).file;
const request = create(CodeGeneratorRequestSchema, {
  parameter: "target=ts,json_types=true",
  protoFile: files,
  fileToGenerate: files.map((file) => file.name).filter((name) => name.startsWith("espalier/v1/")),
});
const response = fromBinary(
  CodeGeneratorResponseSchema,
  execFileSync(process.execPath, [plugin], {
    input: toBinary(CodeGeneratorRequestSchema, request),
    maxBuffer: 64 * 1024 * 1024,
  }),
);
if (response.error) {
  console.error(response.error);
  process.exit(1);
}
rmSync(out, { recursive: true, force: true });
for (const file of response.file) {
  const path = join(out, file.name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file.content);
}
