import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkDirections, importsOf, layerOf, readModules } from "../../.build/imports.mjs";
import { projectRoot } from "../support/folders/projectRoot.ts";

/** What loads at once with each of these is one bundle; what is behind an `import()` comes when it is needed. */
const ENTRIES = [
  "src/extension.ts",
  "src/cli.ts",
  "src/editor/start.ts",
  "src/editor/core.ts",
  "src/terminal/process.ts",
  "src/terminal/main.ts",
  "src/webview/main.ts",
];

/** They put together what others are: each part is named there once, and belongs into a file of its own. */
const WIRING = [
  "src/app/updates/channels.ts",
  "src/editor/core.ts",
  "src/editor/startWatching.ts",
  "src/editor/commands/handlers.ts",
  "src/editor/tree/projectRows.ts",
  "src/editor/tree/recordRows.ts",
  "src/signals/signalSource.ts",
  "src/terminal/commands.ts",
  "src/terminal/main.ts",
  "src/webview/main.ts",
  "src/terminal/process.ts",
];

/** Why a file is as small as it is. One that is imported from three files of other folders needs no other reason. */
const SMALL: Record<string, string> = {
  "src/cli.ts": "an entry",
  "src/editor/start.ts": "an entry: it loads before anything else",
  "src/app/updates/clipboardChannel.ts": "a channel is a file of its own",
  "src/app/updates/slackChannel.ts": "a channel is a file of its own",
  "src/app/updates/webhookChannel.ts": "a channel is a file of its own",
  "src/ledger/eventId.ts": "loads with the first entry that is written",
  "src/terminal/call/handover.ts": "loads where somebody may have to be told",
  "src/terminal/commands/backtest.ts": "loads with the command line, the backtest itself does not",
  "src/terminal/commands/completion.ts": "loads with the command line, the completion itself does not",
  "src/terminal/commands/doctor.ts": "loads with the command line, the doctor itself does not",
  "src/terminal/commands/gate.ts": "loads with the command line, the gate itself does not",
  "src/terminal/commands/status.ts": "loads with the command line, the status itself does not",
  "src/terminal/commands/watch.ts": "loads with the command line, the watch itself does not",
};

const [SMALLEST, LARGEST] = [40, 400];

/** Of the editor's folders each imports only those before it; what lies in src/editor itself comes last. */
const EDITOR = ["model", "status", "tree", "views", "commands", "editor"];

describe("the house", () => {
  const modules = readModules(projectRoot);
  const files = [...modules.keys()];
  const lines = (file: string) => modules.get(file)!.text.split("\n").length - 1;
  const staticImports = (file: string) => modules.get(file)!.imports.filter(({ kind }) => kind !== "late");
  const importers = new Map(files.map((file) => [file, new Set<string>()]));
  for (const file of files) for (const { to } of staticImports(file)) importers.get(to)?.add(file);
  const loadedLate = new Set(
    files.flatMap((file) =>
      modules.get(file)!.imports.flatMap(({ kind, to }) => (kind === "late" ? [to] : [])),
    ),
  );
  const bundles = ENTRIES.map((entry) => loadedWith(entry));
  const bundle = (file: string) => bundles.map((each) => Number(each.has(file))).join("");

  function loadedWith(file: string, found = new Set<string>()): Set<string> {
    found.add(file);
    for (const { to, kind } of modules.get(file)!.imports)
      if (kind === "value" && !found.has(to)) loadedWith(to, found);
    return found;
  }

  /** Whether it needs a VS Code to load, so that no unit test can. */
  const needsEditor = (file: string) =>
    [...loadedWith(file)].some((each) =>
      /^import \{[^}]*\} from "vscode"/m.test(modules.get(each)!.text.replace(/^import type .*$/gm, "")),
    );

  it("is read whole", () => {
    assert.ok(files.length > 100);
    for (const { file, imports } of modules.values())
      for (const { to } of imports) assert.ok(modules.has(to), `${file} imports ${to}, which is not there`);
    const text =
      'import { a, type B } from "./a.ts";\nimport type { C } from "./c.ts";\nawait import("./d.ts");\n';
    assert.deepEqual(importsOf("src/x/y.ts", text).imports, [
      { to: "src/x/a.ts", names: ["a", "B"], kind: "value" },
      { to: "src/x/c.ts", names: ["C"], kind: "type" },
      { to: "src/x/d.ts", names: [], kind: "late" },
    ]);
  });

  it("has no file that is too large to be read at once", () => {
    assert.deepEqual(
      files.filter((file) => lines(file) > LARGEST),
      [],
    );
  });

  it("has no small file without a reason", () => {
    const isShared = (file: string) =>
      [...importers.get(file)!].filter((by) => dirname(by) !== dirname(file)).length >= 3;
    const small = files.filter((file) => lines(file) < SMALLEST && !isShared(file));
    assert.deepEqual(
      small.filter((file) => !(file in SMALL)),
      [],
    );
    assert.deepEqual(
      Object.keys(SMALL).filter((file) => !small.includes(file)),
      [],
      "reasons that nothing needs any more",
    );
  });

  it("has no file that belongs into the only one that imports it", () => {
    const tested = readTested();
    const alone = files.filter((file) => {
      const [only, ...others] = importers.get(file)!;
      if (!only || others.length > 0 || loadedLate.has(file) || ENTRIES.includes(file)) return false;
      if (layerOf(only) !== layerOf(file) || bundle(only) !== bundle(file)) return false;
      if (lines(file) + lines(only) > LARGEST || WIRING.includes(only)) return false;
      return !(tested.has(file) && !needsEditor(file) && needsEditor(only));
    });
    assert.deepEqual(
      alone.map((file) => `${file} is imported by ${[...importers.get(file)!]} alone`),
      [],
    );
  });

  it("loads nothing at once that one of its parts loads late", () => {
    for (const loaded of bundles)
      for (const file of loaded)
        for (const { to, kind } of modules.get(file)!.imports)
          assert.ok(
            kind !== "late" || !loaded.has(to),
            `${file} loads ${to} late, and it is loaded at once anyway`,
          );
  });

  it("has no cycle of files, nor of folders, types included", () => {
    assert.deepEqual(
      cycles(files, (file) => staticImports(file).map(({ to }) => to)),
      [],
    );
    const folders = [...new Set(files.map((file) => dirname(file)))];
    const below = (folder: string) =>
      files
        .filter((file) => dirname(file) === folder)
        .flatMap((file) => staticImports(file).map(({ to }) => dirname(to)))
        .filter((other) => other !== folder);
    assert.deepEqual(cycles(folders, below), []);
  });

  it("keeps the direction of the layers, and of the editor's folders", () => {
    checkDirections(modules);
    assert.throws(
      () =>
        checkDirections(
          new Map([
            [
              "src/domain/x.ts",
              {
                file: "src/domain/x.ts",
                text: "",
                imports: [{ to: "src/editor/core.ts", names: ["a"], kind: "type" }],
                packages: [],
              },
            ],
          ]),
        ),
      /src\/domain\/x\.ts imports src\/editor\/core\.ts/,
    );
    const rank = (file: string) => EDITOR.indexOf(dirname(file).split("/").at(-1)!);
    for (const file of files.filter((each) => layerOf(each) === "editor"))
      for (const { to } of staticImports(file).filter((each) => layerOf(each.to) === "editor"))
        assert.ok(rank(to) <= rank(file), `${file} imports ${to}, which comes after it`);
  });

  it("exports nothing that nobody imports", () => {
    const used = new Map(files.map((file) => [file, new Set<string>()]));
    const others = globSync("test/**/*.ts", { cwd: projectRoot }).map((file) => {
      const text = readFileSync(join(projectRoot, file), "utf8");
      return { text, imports: importsOf(file, text).imports };
    });
    for (const { imports, text } of [...modules.values(), ...others])
      for (const { to, names, kind } of imports) {
        for (const name of names) used.get(to)?.add(name);
        // Of what is loaded late, each name that stands in the file.
        if (kind === "late" || names.length === 0)
          for (const name of text.match(/\w+/g) ?? []) used.get(to)?.add(name);
      }
    const unused = files
      .filter((file) => !ENTRIES.includes(file))
      .flatMap((file) =>
        exportsOf(file).flatMap((name) => (used.get(file)!.has(name) ? [] : [`${file}: ${name}`])),
      );
    assert.deepEqual(unused, []);
  });

  it("exports nothing that changes: the bundle takes an export's value once", () => {
    const changing = files.filter((file) => /^export (?:let|var) /m.test(modules.get(file)!.text));
    assert.deepEqual(changing, []);
  });

  function exportsOf(file: string): string[] {
    const declared =
      /^export (?:declare )?(?:abstract )?(?:async )?(?:const|function\*?|class|interface|type) (\w+)/gm;
    return [...modules.get(file)!.text.matchAll(declared)].map(([, name]) => name!);
  }

  /** What a unit test imports. */
  function readTested(): Set<string> {
    const tests = globSync("test/unit/**/*.ts", { cwd: projectRoot });
    const text = (file: string) => readFileSync(join(projectRoot, file), "utf8");
    return new Set(tests.flatMap((file) => importsOf(file, text(file)).imports.map(({ to }) => to)));
  }
});

/** The sets of those that reach each other. */
function cycles(nodes: readonly string[], next: (node: string) => readonly string[]): string[][] {
  const reached = new Map(nodes.map((node) => [node, reachable(node, next)]));
  const seen = new Set<string>();
  return nodes.flatMap((node) => {
    if (seen.has(node) || !reached.get(node)!.has(node)) return [];
    const circle = nodes.filter((other) => reached.get(node)!.has(other) && reached.get(other)?.has(node));
    for (const each of circle) seen.add(each);
    return [circle];
  });
}

function reachable(from: string, next: (node: string) => readonly string[]): Set<string> {
  const found = new Set<string>();
  const left = [...next(from)];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    left.push(...next(node));
  }
  return found;
}
