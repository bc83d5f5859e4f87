import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parse } from "yaml";
import { readAction } from "../../src/documents/actionItem.ts";
import { renderTemplate } from "../../src/documents/template.ts";
import { serviceVariable } from "../../src/documents/variables.ts";
import { readPolicy } from "../../src/domain/policy/readPolicy.ts";
import { policySchema } from "../../src/domain/policy/schema.ts";
import { parseCall } from "../../src/terminal/call/parseCall.ts";
import { COMMANDS } from "../../src/terminal/commands.ts";
import { inProject } from "../support/folders/projectRoot.ts";
import { type Block, callsIn, guidePages } from "../support/guidePages.ts";

const manifest = JSON.parse(readFileSync(inProject("package.json"), "utf8"));
const pages = guidePages();
const page = (name: string) => pages.find(({ path }) => path.endsWith(`/${name}`))!;
const KEYS = Object.keys(policySchema.shape);

/** Pages that are written together with the part that they tell of. */
const MADE_ELSEWHERE = /(?:^|\/)(?:signals|pipelines|services)\.md$/;

/** What is run, in test/contract/guideExamples.test.ts. */
const RUN = ["sh", "json"];

describe("README and guide", () => {
  it("are found, and the README can be read at once", () => {
    assert.ok(pages.length > 9);
    const { length } = readFileSync(inProject("README.md"), "utf8").split("\n");
    assert.ok(length <= 161, `the README has ${length - 1} lines`);
    const text =
      '`dropclock undo --to X`, or\ndropclock note A "b c"  # dropclock\n- run: npx --yes dropclock@0.1.0 gate';
    assert.deepEqual(callsIn(text), [["undo", "--to", "X"], ["note", "A", "b c"], ["gate"]]);
  });

  it("lead only to files, headings and pictures that are there", () => {
    for (const { path, prose } of pages)
      for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https:/.test(target!)) continue;
        const [file, heading] = target!.split("#") as [string, string?];
        const to = file === "" ? path : normalize(join(dirname(path), file));
        if (MADE_ELSEWHERE.test(to) && !existsSync(inProject(to))) continue;
        assert.ok(existsSync(inProject(to)), `${path} leads to ${target}`);
        const headings = pages.find((each) => each.path === to)?.headings ?? [];
        if (heading) assert.ok(headings.includes(heading), `${path} leads to ${target}`);
      }
  });

  it("name only commands that are there, with the options that they have", () => {
    for (const { path, prose, blocks } of pages)
      for (const text of [prose.replace(/\n/g, " "), ...blocks.map((each) => each.text)])
        for (const call of callsIn(text))
          assert.doesNotThrow(() => parseCall(call, COMMANDS), `${path}: dropclock ${call.join(" ")}`);
  });

  it("name only commands of the editor that are there", () => {
    const titles = manifest.contributes.commands.map(({ title }: { title: string }) => `Dropclock: ${title}`);
    for (const { path, prose } of pages)
      for (const [, title] of prose.replace(/\n/g, " ").matchAll(/`(Dropclock: [^`]+)`/g))
        assert.ok(titles.includes(title), `${path}: ${title}`);
  });

  it("have a section for each key of the policy, where the editor leads to", () => {
    const { headings } = page("policy.md");
    assert.deepEqual(
      KEYS.filter((key) => !headings.includes(key.toLowerCase())),
      [],
    );
  });

  it("are opened by the editor where there is something", () => {
    const source = readFileSync(inProject("src/editor/views/guide.ts"), "utf8");
    const places = [...source.matchAll(/\{ page: "([\w-]+)"(?:, heading: "([\w-]+)")? \}/g)];
    const links = JSON.stringify(manifest.contributes).matchAll(/command:dropclock\.openGuide\?([^)]+)\)/g);
    for (const [, encoded] of links) {
      const [place] = JSON.parse(decodeURIComponent(encoded!));
      places.push(["", place.page, place.heading] as unknown as RegExpExecArray);
    }
    assert.ok(places.length > 20);
    for (const [, name, heading] of places) {
      const { headings } = page(`${name}.md`);
      assert.ok(heading === undefined || headings.includes(heading), `${name}#${heading}`);
    }
  });

  it("are joined by a page for contributors that names only files and folders that are there", () => {
    const text = readFileSync(inProject("src/README.md"), "utf8");
    const named = [
      ...text.matchAll(/`((?:domain|git|ledger|signals|documents|app|editor|terminal)(?:\/[\w.]+)*)`/g),
    ];
    assert.ok(named.length > 40);
    for (const [, path] of named)
      assert.ok(
        [path!, `${path}.ts`].some((each) => existsSync(inProject("src", each))),
        path,
      );
    for (const [, name] of text.matchAll(/`([\w-]+\.md)`/g))
      assert.ok(MADE_ELSEWHERE.test(name!) || page(name!), name);
  });

  it("list each command and each of its options", () => {
    const rows = page("command-line.md").prose;
    const missing = COMMANDS.flatMap(({ name, options = {} }) => {
      const rest = rows.split(`\`${name}`).slice(1);
      const own = rest.map((text) => text.slice(0, text.indexOf("`"))).join(" ");
      const lacking = Object.keys(options).filter(
        (option) => option !== "at-time" && !own.includes(`--${option}`),
      );
      return rest.length === 0 ? [name] : lacking.map((option) => `${name} --${option}`);
    });
    assert.deepEqual(missing, []);
  });

  for (const block of pages.flatMap(({ blocks, ownTest }) => (ownTest ? [] : blocks))) {
    const { page: path, line, language, text } = block;
    if (RUN.includes(language)) continue;
    it(`have an example at ${path}:${line} that holds`, () => {
      if (language === "yaml") checkYaml(block);
      else if (language === "markdown") checkTasks(text);
      else if (language === "liquid") checkTemplate(text);
      else assert.fail(`nobody checks ${language || "a block without a language"}`);
    });
  }
});

/** A policy, or a part of one; else a file of another kind: its info says which, its first line names it, or it calls the command line. */
function checkYaml({ text, page: path, line, info }: Block): void {
  const value = parse(text);
  if (info !== "" || !Object.keys(value).every((key) => KEYS.includes(key))) {
    const named = /^# \S+\.ya?ml$/m.test(text.split("\n")[0]!);
    assert.ok(
      info !== "" || named || callsIn(text).length > 0,
      `${path}:${line}: is no policy, and names no file`,
    );
    return;
  }
  const { problems } = readPolicy("version" in value ? text : `version: 1\n${text}`);
  assert.deepEqual(problems, [], `${path}:${line}`);
}

/** It says something of a service, and names nothing that templates do not have. */
function checkTemplate(text: string): void {
  const service = serviceVariable("Pay", ["services/pay/**"]);
  assert.match(renderTemplate({ path: "the guide", text }, { service }), /Pay.*services/s);
}

/** Each line is a task whose owner and day are found. */
function checkTasks(text: string): void {
  for (const line of text.trimEnd().split("\n")) {
    const task = /^- \[[ x]\] (.+)$/.exec(line);
    assert.ok(task, line);
    const { owner, due } = readAction(task[1]!);
    assert.ok(owner && due, line);
  }
}
